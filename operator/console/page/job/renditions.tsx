import type { Rendition } from "../../protocol";
import { useConsole } from "../console-context";

export function Renditions({ renditions }: { readonly renditions: readonly Rendition[] }) {
  const { text, format } = useConsole();
  // The local stand-in measures none.
  const hasQuality = renditions.some(({ qvbrQuality }) => qvbrQuality !== undefined);
  return (
    <section>
      <h2>{text.job.renditions}</h2>
      <table class="renditions">
        <thead>
          <tr>
            <th scope="col">{text.job.rendition}</th>
            <th scope="col">{text.job.picture}</th>
            <th scope="col" class="number">
              {text.job.measured}
            </th>
            {hasQuality && (
              <th scope="col" class="number">
                {text.job.quality}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {renditions.map(({ name, playlist, widthPx, heightPx, averageBitrateBps, qvbrQuality }) => (
            <tr key={playlist}>
              <th scope="row">{name ?? playlist.split("/").at(-1)}</th>
              <td>{widthPx && heightPx ? `${widthPx} × ${heightPx}` : ""}</td>
              <td class="number">
                {averageBitrateBps === undefined ? "" : format.bitrate(averageBitrateBps)}
              </td>
              {hasQuality && <td class="number">{qvbrQuality ?? ""}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
