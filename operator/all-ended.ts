/**
 * Like `Promise.all`, but rejects only after all have ended. One that goes on, such as a look at a queue, would still
 * hide messages from whatever runs next.
 */
export async function allEnded<Values extends readonly unknown[] | []>(
  values: Values,
): Promise<{ -readonly [Index in keyof Values]: Awaited<Values[Index]> }> {
  await Promise.allSettled(values);
  return Promise.all(values);
}
