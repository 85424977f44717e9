import stringWidth from "string-width";
import { progressOn } from "../../../local/cli/progress";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** A terminal that keeps what is written, and the rows that it shows. */
function terminal(columns: number, rows: number) {
  let written = "";
  const stream = {
    isTTY: true,
    columns,
    rows,
    write(text: string) {
      written += text;
      return true;
    },
  };
  /** The rows of the last drawing. */
  const shown = () =>
    (written.split("\u001b[J").at(-1) ?? "").replace(SHOW_CURSOR, "").split("\n").slice(0, -1);
  return { stream, shown, written: () => written };
}

describe("the progress on a terminal", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it("has a row with a bar for each job, and draws over the rows before", () => {
    const { stream, shown, written } = terminal(80, 24);
    const progress = progressOn(stream);
    progress.show("a.mp4", "UPLOADING", 0);
    progress.show("b.mp4", "PROCESSING", 50);
    jest.runAllTimers();
    expect(shown()).toEqual([
      "░░░░░░░░░░░░░░░░░░░░   0% UPLOADING  a.mp4",
      "██████████░░░░░░░░░░  50% PROCESSING b.mp4",
    ]);
    progress.show("a.mp4", "COMPLETE", 100);
    progress.done();
    expect(written()).toContain("\u001b[2A\r\u001b[J");
    expect(shown()[0]).toBe("████████████████████ 100% COMPLETE   a.mp4");
  });

  it("has no more rows than the terminal: jobs under way, and how many have ended", () => {
    const { stream, shown } = terminal(80, 5);
    const progress = progressOn(stream);
    for (let index = 0; index < 100; index += 1)
      progress.show(`${index}.mp4`, index < 30 ? "ERROR" : "SUBMITTED", 0);
    jest.runAllTimers();
    expect(shown()).toHaveLength(4);
    expect(shown()[0]).toContain("30.mp4");
    expect(shown().at(-1)).toBe("30 of 100 jobs have ended");
  });

  it.each(["long name ".repeat(20), "夏祭り".repeat(20), "👩‍👩‍👧‍👦".repeat(20), "e\u0301".repeat(200)])(
    "fits %s into 40 columns",
    (name) => {
      const { stream, shown } = terminal(40, 24);
      const progress = progressOn(stream);
      progress.show(name, "PROCESSING", 7);
      jest.runAllTimers();
      const [row = ""] = shown();
      expect(row).toMatch(/^ {2}7% PROCESSING .+…$/);
      expect(stringWidth(row)).toBeLessThan(40);
      expect(stringWidth(row)).toBeGreaterThan(34);
    },
  );

  it("shows the cursor again at the end", () => {
    const { stream, written } = terminal(80, 24);
    const progress = progressOn(stream);
    progress.show("a.mp4", "UPLOADING", 0);
    progress.done();
    expect(written().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(written().lastIndexOf(HIDE_CURSOR));
  });

  it("escapes what a terminal would act on", () => {
    const { stream, shown } = terminal(80, 24);
    const progress = progressOn(stream);
    progress.show("\u001b[2J\u202e.mp4", "UPLOADING", 0);
    progress.done();
    expect(shown()[0]).toContain("\\x1b[2J\\u202e.mp4");
  });
});

describe("the progress elsewhere", () => {
  it.each([
    ["is a line for each change of status if the stream isn't a terminal", false, false],
    ["is a line for each change of status if others print on the terminal", true, true],
  ])("%s", (_name, isTTY, others) => {
    const { stream, written } = terminal(80, 24);
    const progress = progressOn({ ...stream, isTTY }, others);
    progress.show("a\n.mp4", "PROCESSING", 1);
    progress.show("a\n.mp4", "PROCESSING", 2);
    progress.show("a\n.mp4", "COMPLETE", 100);
    progress.done();
    expect(written()).toBe("a\\x0a.mp4: PROCESSING\na\\x0a.mp4: COMPLETE\n");
  });
});
