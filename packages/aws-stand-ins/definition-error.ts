/**
 * A definition (a policy, an event pattern, a function's role) that AWS would refuse, or that the stand-ins don't
 * support. The message names the definition and the fault.
 */
export class DefinitionError extends Error {
  override readonly name: string = "DefinitionError";
}
