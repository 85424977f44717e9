import { reviewCommand } from "./command";

void reviewCommand();
