const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** An amount of data in its largest unit: `512 bytes`, `1.5 MiB`. */
export function bytes(count: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${Number((count / 1024 ** power).toFixed(1))} ${units[power]}`;
}
