import { post } from "./lib/api";
import { complain, say } from "./lib/toast";

/** Takes the last write back, or makes it again; the server refuses where the file changed outside meanwhile. */
async function step(which: "undo" | "redo") {
  try {
    const { path } = await post<{ path: string }>(`/api/${which}`);
    say(which === "undo" ? `The last change of ${path} is taken back.` : `The change of ${path} is made again.`, {
      act: { label: which === "undo" ? "Redo" : "Undo", run: () => void step(which === "undo" ? "redo" : "undo") },
    });
  } catch (slip) {
    complain(slip);
  }
}

export const undo = () => void step("undo");
export const redo = () => void step("redo");
