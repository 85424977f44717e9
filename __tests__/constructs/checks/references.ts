import type { Arguments, Synthesized } from "../synthesized";

/** The addresses that each resource and data source refers to, or names in `depends_on`. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

const ADDRESS = /\b(?:data\.)?(?:aws|archive)_\w+\.\w+/g;

/** The addresses that a part of the JSON refers to. */
export function references(part: Arguments): Set<string> {
  const expressions = JSON.stringify(part).match(/\$\{.*?\}/g) ?? [];
  return new Set(expressions.flatMap((expression) => expression.match(ADDRESS) ?? []));
}

export function dependencies(stack: Synthesized): Dependencies {
  return new Map(
    stack.addresses.map((address) => {
      const block = stack.at(address);
      const ordered: string[] = block.depends_on ?? [];
      return [address, new Set([...references(block), ...ordered])];
    }),
  );
}

/** The addresses that an address depends on, directly or indirectly. */
export function createdBefore(graph: Dependencies, address: string): Set<string> {
  const found = new Set<string>();
  const waiting = [address];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const dependency of graph.get(next) ?? []) {
      if (!found.has(dependency)) waiting.push(dependency);
      found.add(dependency);
    }
  }
  return found;
}

/** The resources of a type as `[address, arguments]`. */
export function entries(stack: Synthesized, type: string): [address: string, block: Arguments][] {
  return Object.entries<Arguments>(stack.json.resource[type] ?? {}).map(([name, block]) => [
    `${type}.${name}`,
    block,
  ]);
}

/** The resources of a type that refer to the address in the argument. */
export function referring(stack: Synthesized, type: string, argument: string, to: string) {
  return entries(stack, type).filter(([, block]) => references(block[argument] ?? "").has(to));
}
