import { Dialog } from "../lib/parts";
import { differing } from "./lines";

/** The file changed on disk while it was edited here: both are shown, and nothing is lost either way. */
export function Conflict({ path, mine, theirs, onMine, onTheirs, onClose }: { path: string; mine: string; theirs: string; onMine: () => void; onTheirs: () => void; onClose: () => void }) {
  const { ours, others } = differing(mine, theirs);
  return (
    <Dialog title={`${path} has changed on disk meanwhile`} onClose={onClose}>
      <p>Somebody, or another program, saved the file after you began. Choose what stays; the other can be had back with undo.</p>
      <div class="both">
        <section>
          <h3>Yours</h3>
          <pre>{ours || "(no lines of your own)"}</pre>
        </section>
        <section>
          <h3>On disk</h3>
          <pre>{others || "(no lines of its own)"}</pre>
        </section>
      </div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>Decide later</button>
        <button type="button" class="button" onClick={onTheirs}>Take what is on disk</button>
        <button type="button" class="button main" onClick={onMine}>Save mine over it</button>
      </div>
    </Dialog>
  );
}
