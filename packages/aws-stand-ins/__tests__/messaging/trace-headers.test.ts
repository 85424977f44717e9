import { TraceHeaders } from "../../messaging/trace-headers";

it("keeps the headers of the last 10,000 messages, and no more", () => {
  const headers = new TraceHeaders();
  for (let id = 0; id <= 10_000; id += 1)
    headers.annotate("SendMessage", `Root=${id}`, JSON.stringify({ MessageId: String(id) }));
  const Messages = ["0", "1", "10000"].map((MessageId) => ({ MessageId }));
  expect(JSON.parse(headers.annotate("ReceiveMessage", undefined, JSON.stringify({ Messages })))).toEqual({
    Messages: [
      { MessageId: "0" },
      { MessageId: "1", Attributes: { AWSTraceHeader: "Root=1" } },
      { MessageId: "10000", Attributes: { AWSTraceHeader: "Root=10000" } },
    ],
  });
});
