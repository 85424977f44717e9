import type { Architecture, ArchitectureNode } from "../../protocol";

export interface Place {
  readonly node: ArchitectureNode;
  /** Of the left upper corner. */
  readonly x: number;
  readonly y: number;
}

export const NODE = { width: 226, height: 54 } as const;
const GAP = { x: 72, y: 22 } as const;

/** What starts work, what does it, what it uses, and what comes out stand in columns. */
export function layOut({ nodes, edges }: Architecture): {
  readonly places: readonly Place[];
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
    if (kind === "distribution") return 4;
    if (kind === "bucket") return isOutput(id) ? 3 : 0;
    return feeds(id) ? 0 : 2;
  };
  const columns = new Map<number, ArchitectureNode[]>();
  for (const node of nodes) columns.set(columnOf(node), [...(columns.get(columnOf(node)) ?? []), node]);
  const tallest = Math.max(0, ...[...columns.values()].map((column) => column.length));
  const height = tallest * (NODE.height + GAP.y) + GAP.y;
  const places = [...columns].flatMap(([column, inColumn]) => {
    const own = inColumn.length * (NODE.height + GAP.y) - GAP.y;
    const top = (height - own) / 2;
    return inColumn.map((node, row) => ({
      node,
      x: GAP.y + column * (NODE.width + GAP.x),
      y: top + row * (NODE.height + GAP.y),
    }));
  });
  const last = Math.max(0, ...columns.keys());
  return { places, height, width: GAP.y * 2 + last * (NODE.width + GAP.x) + NODE.width };
}
