import type { Architecture, ArchitectureNode } from "../../protocol";

export interface Place {
  readonly node: ArchitectureNode;
  /** Of the left upper corner. */
  readonly x: number;
  readonly y: number;
}

export const NODE_HEIGHT = 54;
const GAP = { x: 72, y: 22 } as const;
/** At the right, for the curves within the last column. */
const MARGIN = 44;
const LEAST_WIDTH = 190;
/** Of a semibold character of 13 px, in the widest of the usual system fonts. */
const CHARACTER_WIDTH = 8.2;
const PADDING = 12;

/** What starts work, what does it, what it uses, and what comes out stand in columns. */
export function layOut({ nodes, edges }: Architecture): {
  readonly places: readonly Place[];
  /** Of each node: the longest name fits. */
  readonly nodeWidth: number;
  readonly width: number;
  readonly height: number;
} {
  const feeds = (id: string) =>
    edges.some(
      ({ from, to, isForDeadLetters }) => from === id && !isForDeadLetters && kindOf(to) === "function",
    );
  const isOutput = (id: string) => edges.some(({ from, to }) => to === id && kindOf(from) === "transcoder");
  const kindOf = (id: string) => nodes.find((node) => node.id === id)?.kind;
  const columnOf = ({ id, kind }: ArchitectureNode): number => {
    if (kind === "function") return 1;
    if (kind === "distribution") return 3;
    if (kind === "bucket") return isOutput(id) ? 3 : 0;
    return feeds(id) ? 0 : 2;
  };
  const longest = Math.max(0, ...nodes.map(({ name }) => name.length));
  const nodeWidth = Math.max(LEAST_WIDTH, Math.ceil(longest * CHARACTER_WIDTH) + 2 * PADDING);
  const columns = new Map<number, ArchitectureNode[]>();
  for (const node of nodes) columns.set(columnOf(node), [...(columns.get(columnOf(node)) ?? []), node]);
  const tallest = Math.max(0, ...[...columns.values()].map((column) => column.length));
  const height = tallest * (NODE_HEIGHT + GAP.y) + GAP.y;
  const places = [...columns].flatMap(([column, inColumn]) => {
    const own = inColumn.length * (NODE_HEIGHT + GAP.y) - GAP.y;
    const top = (height - own) / 2;
    return inColumn.map((node, row) => ({
      node,
      x: GAP.y + column * (nodeWidth + GAP.x),
      y: top + row * (NODE_HEIGHT + GAP.y),
    }));
  });
  const last = Math.max(0, ...columns.keys());
  return { places, nodeWidth, height, width: GAP.y + last * (nodeWidth + GAP.x) + nodeWidth + MARGIN };
}
