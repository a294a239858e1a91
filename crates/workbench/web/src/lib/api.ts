import { track } from "./progress";

/** An answer that is not what was asked for, in the server's words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null,
    readonly body: unknown,
  ) {
    super(message);
  }
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const told = (body as { error?: { code?: string; message?: string; hint?: string } | string } | null)?.error;
  if (typeof told === "string") return new ApiError(response.status, "error", told, null, body);
  const fallback =
    response.status === 401
      ? "This window has no key to the workbench. Open the address that `casefile serve` printed."
      : `The workbench answered with ${response.status}.`;
  return new ApiError(response.status, told?.code ?? "error", told?.message ?? fallback, told?.hint ?? null, body);
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { "X-Casefile": "1" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (slip) {
    if (slip instanceof DOMException && slip.name === "AbortError") throw slip;
    throw new ApiError(0, "gone", "The workbench does not answer.", "Is `casefile serve` still running?", null);
  }
  if (!response.ok) throw await failure(response);
  return response;
}

const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

export const get = <T>(path: string, signal?: AbortSignal) => track(json<T>(send("GET", path, undefined, signal)));
export const text = (path: string, signal?: AbortSignal) =>
  track(send("GET", path, undefined, signal).then((response) => response.text()));
export const bytes = (path: string) => track(send("GET", path).then((response) => response.arrayBuffer()));
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) =>
  track(json<T>(send("POST", path, body, signal)));
export const postText = (path: string, body: unknown, signal?: AbortSignal) =>
  track(send("POST", path, body, signal).then((response) => response.text()));
export const put = <T>(path: string, body: unknown) => track(json<T>(send("PUT", path, body)));
export const patch = <T>(path: string, body: unknown) => track(json<T>(send("PATCH", path, body)));
export const remove = (path: string) => send("DELETE", path).then(() => undefined);

/** A file's path as part of an address: its slashes stay. */
export const filePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** Builds a briefing from text that is not saved; answers where a frame can show it. */
export const previewAddress = (text: string, signal: AbortSignal) =>
  track(send("POST", "/api/preview", { text }, signal).then((response) => response.headers.get("Location") ?? "/preview"));
