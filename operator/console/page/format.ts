/** Numbers and times in the user's language. */
export class Format {
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly time: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly clocks: Intl.DateTimeFormat;

  constructor(private readonly language: string) {
    this.relative = new Intl.RelativeTimeFormat(language, { style: "narrow" });
    this.time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
    this.days = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
    this.clocks = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  }

  bytes(count: number): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
    const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(count, 1)) / 3)));
    return this.number(count / 1000 ** step, { style: "unit", unit: units[step], unitDisplay: "short" });
  }

  /** `1:02:03`, the same in every language. */
  duration(seconds: number): string {
    const whole = Math.round(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (value: number) => String(value).padStart(2, "0");
    return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  /** How long ago, in the largest unit only. */
  age(seconds: number): string {
    const units = [
      ["day", 86_400],
      ["hour", 3600],
      ["minute", 60],
    ] as const;
    const [unit, length] = units.find(([, least]) => seconds >= least) ?? (["second", 1] as const);
    return this.relative.format(-Math.floor(Math.max(0, seconds) / length), unit);
  }

  usd(amount: number): string {
    return this.number(amount, {
      style: "currency",
      currency: "USD",
      maximumFractionDigits: amount < 1 ? 4 : 2,
    });
  }

  /** To the cent, so that amounts one below the other line up. */
  cents(amount: number): string {
    const usd = (value: number) =>
      this.number(value, { style: "currency", currency: "USD", maximumFractionDigits: 2 });
    return amount > 0 && amount < 0.01 ? `< ${usd(0.01)}` : usd(amount);
  }

  bitrate(bitsPerSecond: number): string {
    return bitsPerSecond < 1e6
      ? `${this.number(bitsPerSecond / 1e3, { maximumFractionDigits: 0 })} kb/s`
      : `${this.number(bitsPerSecond / 1e6, { maximumFractionDigits: 2 })} Mb/s`;
  }

  /** @param epochMs milliseconds */
  moment(epochMs: number): string {
    return this.time.format(epochMs);
  }

  /** @param epochMs milliseconds */
  day(epochMs: number): string {
    return this.days.format(epochMs);
  }

  /** The time of day. @param epochMs milliseconds */
  clock(epochMs: number): string {
    return this.clocks.format(epochMs);
  }

  private number(value: number, options: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: 1, ...options }).format(value);
  }
}
