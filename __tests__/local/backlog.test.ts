import { describeBacklog } from "../../local/backlog";

it.each([
  [{ events: 0, messages: 0, jobs: 0 }, undefined],
  [{ events: 1, messages: 0, jobs: 0 }, "1 event"],
  [{ events: 3, messages: 1, jobs: 2 }, "3 events, 1 message, 2 jobs"],
])("describes %j as %j", (backlog, description) => {
  expect(describeBacklog(backlog)).toBe(description);
});
