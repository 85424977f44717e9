import type { ConfigurationModule, TerraformPlan } from "./terraform-plan";

const INDEX = /\["(?:[^"\\]|\\.)*"\]|\[\d+\]/.source;
const ADDRESS = new RegExp(`^((?:module\\.[\\w-]+(?:${INDEX})?\\.)*)([^[]*)(${INDEX})?`, "s");
const LAST_MODULE = new RegExp(`module\\.[\\w-]+(?:${INDEX})?\\.$`);

/** An address in parts: `module.a["x"].module.b`, then the resource, then the index of one of several. */
interface Address {
  /** Ends with a dot, or is empty for the root module. */
  readonly modulePrefix: string;
  readonly resource: string;
  /** `[0]`, `["a"]` or "". */
  readonly index: string;
}

/**
 * The addresses of the resources and data sources that an attribute of a resource refers to, also through the inputs and
 * outputs of modules. References to local values end there: a plan doesn't contain them.
 */
export function referencesOf(plan: TerraformPlan, address: string, attribute: string): readonly string[] {
  const { modulePrefix, resource } = split(address);
  const found = moduleAt(plan, modulePrefix)?.resources.find((one) => one.address === resource);
  return resolve(plan, modulePrefix, found?.expressions[attribute]);
}

/**
 * Whether a reference, as {@link referencesOf} gives it, is to the resource or to one of several of the same name, or to
 * something in it.
 */
export function refersTo(reference: string, address: string): boolean {
  const from = split(reference);
  const to = split(address);
  const isSameModule =
    from.modulePrefix === to.modulePrefix || from.modulePrefix === withoutIndexes(to.modulePrefix);
  return isSameModule && (from.resource === to.resource || from.resource.startsWith(`${to.resource}.`));
}

/** `[0]`, `["a"]` or "". */
export function indexOf(address: string): string {
  return split(address).index;
}

function split(address: string): Address {
  const [, modulePrefix = "", resource = "", index = ""] = ADDRESS.exec(address) ?? [];
  return { modulePrefix, resource, index };
}

function withoutIndexes(modulePrefix: string): string {
  return moduleNames(modulePrefix)
    .map((name) => `module.${name}.`)
    .join("");
}

/** The names of the modules in `module.a["x"].module.b.`: a and b. */
function moduleNames(modulePrefix: string): string[] {
  return [...modulePrefix.matchAll(/(?:^|\.)module\.([\w-]+)/g)].map(([, name = ""]) => name);
}

function moduleAt(plan: TerraformPlan, modulePrefix: string): ConfigurationModule | undefined {
  return moduleNames(modulePrefix).reduce<ConfigurationModule | undefined>(
    (module, name) => module?.module_calls[name]?.module,
    plan.configuration?.root_module,
  );
}

function resolve(plan: TerraformPlan, modulePrefix: string, expression: unknown): string[] {
  return referencesIn(expression).flatMap((reference) => {
    const [kind, name = "", output = ""] = reference.split(".");
    if (kind === "var") {
      const parentPrefix = modulePrefix.replace(LAST_MODULE, "");
      const call = moduleAt(plan, parentPrefix)?.module_calls[moduleNames(modulePrefix).at(-1) ?? ""];
      return parentPrefix === modulePrefix ? [] : resolve(plan, parentPrefix, call?.expressions[name]);
    }
    if (kind === "module") {
      const childPrefix = `${modulePrefix}module.${name}.`;
      const outputName = output.replace(/\[.*$/s, "");
      return resolve(plan, childPrefix, moduleAt(plan, childPrefix)?.outputs[outputName]?.expression);
    }
    return [`${modulePrefix}${reference}`];
  });
}

/** Terraform lists `a.b.c` with its shorter forms: `a.b` after it says nothing more. */
function longest(references: readonly string[]): string[] {
  return references.filter(
    (one) => !references.some((other) => other.startsWith(`${one}.`) || other.startsWith(`${one}[`)),
  );
}

/** All references anywhere in the expressions of an attribute or block. */
function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (typeof expression !== "object" || expression === null) return [];
  return Object.entries(expression).flatMap(([name, value]) =>
    name === "references" && Array.isArray(value)
      ? longest(value.filter((one) => typeof one === "string"))
      : referencesIn(value),
  );
}
