import { render } from "preact";
import type { ConsoleInfo } from "../protocol";
import { App } from "./app";
import { ask } from "./server";

ask<ConsoleInfo>("GET", "info").then(
  (info) => render(<App info={info} />, document.body),
  (error: Error) => render(<p role="alert">{error.message}</p>, document.body),
);
