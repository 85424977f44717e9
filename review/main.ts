import { reviewCommand } from "plan-review/command";
import { priceChange } from "./price-change";

void reviewCommand((plan) => priceChange(plan));
