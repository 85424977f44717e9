import { useConsole } from "../console-context";
import { Preformatted } from "../scrollable";

/** What the local pipeline ran in place of MediaConvert. */
export function FfmpegCommands({ commands }: { readonly commands: readonly string[] }) {
  const { text, announce } = useConsole();
  const copy = (command: string) =>
    navigator.clipboard.writeText(command).then(
      () => announce(text.copied),
      (error: Error) => announce(error.message),
    );
  return (
    <details>
      <summary>{text.job.ffmpeg(commands.length)}</summary>
      <section aria-label={text.job.ffmpeg(commands.length)}>
        <p>{text.job.ffmpegNote}</p>
        {commands.map((command) => (
          <div key={command} class="ffmpeg">
            <button type="button" onClick={() => copy(command)}>
              {text.copy}
            </button>
            <Preformatted>{command}</Preformatted>
          </div>
        ))}
      </section>
    </details>
  );
}
