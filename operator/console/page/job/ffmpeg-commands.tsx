import { useConsole } from "../console-context";

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
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls only what has the focus. */}
            <pre tabIndex={0}>{command}</pre>
          </div>
        ))}
      </section>
    </details>
  );
}
