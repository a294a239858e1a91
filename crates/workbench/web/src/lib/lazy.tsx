import { useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { Slip, Wait } from "./parts";

/** A screen whose code is fetched when it is first opened. */
export function lazy(load: () => Promise<FunctionComponent>): FunctionComponent {
  let found: FunctionComponent | null = null;
  return function Lazy() {
    const state = useSignal<{ slip: unknown }>({ slip: null });
    useEffect(() => {
      if (found) return;
      load().then(
        (component) => {
          found = component;
          state.value = { slip: null };
        },
        (slip: unknown) => {
          state.value = { slip };
        },
      );
    }, []);
    void state.value;
    if (state.value.slip) return <Slip slip={state.value.slip} />;
    const Found = found;
    return Found ? <Found /> : <Wait what="Opening" />;
  };
}
