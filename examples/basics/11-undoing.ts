// When a run fails, what its completed calls did is undone, the last first.
import { compensate, DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'trip' })
class Trip {
  async run() {
    await this.book('flight');
    await this.book('hotel');
    throw new Error('no car is left');
  }

  @step()
  @compensate('cancel')
  async book(what: string) {
    console.log(`booked a ${what}`);
    return `${what}-1`;
  }

  // It is given what the call returned, and then its arguments.
  @step()
  async cancel(booking: string, what: string) {
    console.log(`cancelled ${booking}, a ${what}`);
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Trip, () => new Trip());
const { status, error } = await (await flow.start(Trip)).settled();
console.log(`${status}: ${(error as Error).message}`);
await flow.close();

/* It prints:
booked a flight
booked a hotel
cancelled hotel-1, a hotel
cancelled flight-1, a flight
failed: no car is left
*/
