/** What expressions refer to: `vars`, `inputs`, `steps` and so on. */
export type Contexts = Readonly<Record<string, object>>;

export interface Expressions {
  /** The text with the value of each `${{ … }}` in it. */
  fill(text: string, contexts: Contexts): string;
  /** Whether a step or job with the condition runs. */
  isTrue(condition: string, contexts: Contexts): boolean;
}

/** GitHub's own evaluator of expressions. It is an ES module, which CommonJS can import but not require. */
export async function loadExpressions(): Promise<Expressions> {
  const { data, Evaluator, Lexer, Parser } = await import("@actions/expressions");

  function evaluate(expression: string, contexts: Contexts) {
    const { tokens } = new Lexer(expression).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
    const context = JSON.parse(JSON.stringify(contexts), data.reviver);
    return new Evaluator(parsed, context).evaluate();
  }
  return {
    fill: (text, contexts) =>
      text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => evaluate(expression, contexts).coerceString()),
    isTrue: (condition, contexts) => {
      const expression = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition;
      return !["false", "", "0"].includes(evaluate(expression, contexts).coerceString());
    },
  };
}
