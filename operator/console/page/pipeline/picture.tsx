import type { Architecture, ArchitectureEdge } from "../../protocol";
import { useConsole } from "../console-context";
import { Scrollable } from "../scrollable";
import { layOut, NODE_HEIGHT, type Place } from "./layout";

/** The picture of the architecture; what is live stands in it, too. */
export function Picture({
  architecture,
  describe,
}: {
  readonly architecture: Architecture;
  /** The counts of a node. */
  describe(id: string): { readonly summary: string; readonly isBad: boolean };
}) {
  const { text } = useConsole();
  const { places, nodeWidth, width, height } = layOut(architecture);
  return (
    <Scrollable as="figure" class="picture">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={text.pipeline.picture}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {architecture.edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to}`}
            class={edge.isForDeadLetters ? "edge dead" : "edge"}
            d={curveOf(edge, places, nodeWidth)}
            marker-end="url(#arrow)"
          />
        ))}
        {places.map(({ node, x, y }) => {
          const { summary, isBad } = describe(node.id);
          return (
            <g
              key={node.id}
              class={`node ${node.kind} ${isBad ? "bad" : ""}`}
              transform={`translate(${x} ${y})`}
            >
              <title>{node.description || node.id}</title>
              <rect width={nodeWidth} height={NODE_HEIGHT} rx="6" />
              <text x="12" y={summary === "" ? 32 : 22} class="name">
                {node.name}
              </text>
              <text x="12" y="42" class="counts">
                {summary}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption>{text.pipeline.legend}</figcaption>
    </Scrollable>
  );
}

/** From a side of one node to a side of the other, around what is between them in a column. */
function curveOf({ from, to }: ArchitectureEdge, places: readonly Place[], nodeWidth: number): string {
  const [a, b] = [from, to].map((id) => places.find(({ node }) => node.id === id));
  if (a === undefined || b === undefined) return "";
  const [ya, yb] = [a.y + NODE_HEIGHT / 2, b.y + NODE_HEIGHT / 2];
  if (a.x === b.x) {
    const x = a.x + nodeWidth;
    return `M${x} ${ya}C${x + 44} ${ya} ${x + 44} ${yb} ${x} ${yb}`;
  }
  const isForward = a.x < b.x;
  const xa = isForward ? a.x + nodeWidth : a.x;
  const xb = isForward ? b.x : b.x + nodeWidth;
  const bend = Math.max(40, Math.abs(xb - xa) / 2) * (isForward ? 1 : -1);
  // A way back keeps below the way there.
  const shift = isForward ? -5 : 9;
  return `M${xa} ${ya + shift}C${xa + bend} ${ya + shift} ${xb - bend} ${yb + shift} ${xb} ${yb + shift}`;
}
