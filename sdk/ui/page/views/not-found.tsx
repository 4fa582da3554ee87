import { Title } from '../parts/title.js';

/** An address that is no view. */
export function NotFound() {
  return (
    <>
      <Title name="There is no such page" />
      <p>
        The address may be cut off. <a href="/runs">To the runs</a>.
      </p>
    </>
  );
}
