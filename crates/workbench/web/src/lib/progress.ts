import { signal } from "@preact/signals";

/** Whether something has been under way for more than 300 ms. */
export const busy = signal(false);

let running = 0;

/** Shows the bar while a promise that takes its time is open. */
export async function track<T>(promise: Promise<T>): Promise<T> {
  running += 1;
  const timer = setTimeout(() => {
    busy.value = true;
  }, 300);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    running -= 1;
    if (running === 0) busy.value = false;
  }
}
