/**
 * A definition (a policy, a function's role) that AWS would refuse, or that the stand-ins can't honour. The message
 * names what is defined and what is wrong with it.
 */
export class DefinitionError extends Error {
  override readonly name: string = "DefinitionError";
}
