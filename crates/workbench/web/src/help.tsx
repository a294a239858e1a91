import { groups, helpOpen } from "./lib/keys";
import { Dialog } from "./lib/parts";

/** The keys that work where the reader is. */
export function Help() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (helpOpen.value = false)}>
      <div class="keys">
        {groups.value.map((group, at) => (
          <section key={at}>
            <h3>{group.name}</h3>
            <dl>
              {group.keys.map((key) => (
                <>
                  <dt><kbd>{key.key}</kbd></dt>
                  <dd>{key.does}</dd>
                </>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="small muted">A letter key works when no field is being typed in. Escape leaves a field.</p>
    </Dialog>
  );
}
