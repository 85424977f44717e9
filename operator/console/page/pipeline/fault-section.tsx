import { useState } from "preact/hooks";
import type { Fault, FaultList } from "../../protocol";
import { useConsole } from "../console-context";
import { ask } from "../server";
import { useAction } from "../use-action";

const isOn = ({ value, off }: Fault) => value !== off;

/** Switches for the faults that the local pipeline can inject. */
export function FaultSection({ faults }: { readonly faults: readonly Fault[] }) {
  const { text } = useConsole();
  return (
    <section class="faults">
      <h2>{text.faults.heading}</h2>
      <p>{text.faults.note}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.faults.fault}</th>
            <th scope="col">{text.faults.effect}</th>
            <th scope="col">{text.faults.value}</th>
          </tr>
        </thead>
        <tbody>
          {faults
            // It makes nothing fail.
            .filter(({ name }) => name !== "seed")
            .map((fault) => (
              <Switch key={`${fault.name} ${fault.value}`} fault={fault} faults={faults} />
            ))}
        </tbody>
      </table>
    </section>
  );
}

function Switch({ fault, faults }: { readonly fault: Fault; readonly faults: readonly Fault[] }) {
  const { text, info } = useConsole();
  const { isActing, act } = useAction();
  const { name, off, maximum } = fault;
  const wasOn = isOn(fault);
  const [value, setValue] = useState(wasOn ? fault.value : suggested(fault));
  const action = wasOn ? text.faults.turnOff : text.faults.turnOn;
  const turn = () => {
    const switched = faults.map((one) => (one === fault ? { ...one, value: wasOn ? off : value } : one));
    const on = switched.filter(isOn).map((one) => `${one.name}=${one.value}`);
    const request: FaultList = { list: on.join() };
    return act(
      {
        title: wasOn ? text.faults.turnOffTitle(name) : text.faults.turnOnTitle(`${name}=${value}`),
        body: wasOn ? text.faults.turnOffBody : text.faults.turnOnBody(text.faults.effects[name] ?? name),
        action,
        dismissal: text.cancel,
      },
      () => ask("POST", "faults", request),
      wasOn ? text.faults.isOff(name) : text.faults.isOn(`${name}=${value}`),
    );
  };
  return (
    <tr class={wasOn ? "bad" : ""}>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>{text.faults.effects[name]}</td>
      <td>
        <input
          type="number"
          aria-label={`${text.faults.value}: ${name}`}
          min={off}
          max={maximum ?? undefined}
          step={maximum === 1 ? 0.1 : 1}
          value={value}
          disabled={wasOn || info.isReadOnly}
          onInput={({ currentTarget }) => setValue(currentTarget.valueAsNumber)}
        />
        {!info.isReadOnly && (
          <button
            type="button"
            disabled={isActing || Number.isNaN(value)}
            aria-label={`${action}: ${name}`}
            onClick={turn}
          >
            {action}
          </button>
        )}
      </td>
    </tr>
  );
}

/** A value that shows the fault. */
function suggested({ name, off, maximum }: Fault): number {
  if (maximum !== null) return maximum / 2;
  return name.endsWith("Ms") ? 2000 : off + 1;
}
