/** The statement with the sid, of a policy as AWS returns it. */
export function statementOf(policy: string | undefined, sid: string): Record<string, unknown> {
  if (policy === undefined) throw new Error(`there is no policy with a statement ${sid}`);
  const statements: Record<string, unknown>[] = JSON.parse(policy).Statement;
  const found = statements.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid} in ${policy}`);
  return found;
}
