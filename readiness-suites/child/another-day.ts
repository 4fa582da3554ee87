/** More than a year, so that weekdays, dates and years differ. */
const laterMs = 401 * 24 * 60 * 60_000 + 5_000_000;

/** For the code that is loaded from now on, it is another day in another time zone. The engine keeps the real time. */
export function beginAnotherDay(): void {
  process.env['TZ'] = process.env['TZ'] === 'Pacific/Kiritimati' ? 'America/Anchorage' : 'Pacific/Kiritimati';
  const real = globalThis.Date;
  const now = () => real.now() + laterMs;
  globalThis.Date = new Proxy(real, {
    construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new real(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown)),
  });
}
