// Clients who write over HTTP: each has a cell of the sample county to itself, and says the same entry with the same key again until
// it is acknowledged.
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';

const districts = ['ZZ-90010', 'ZZ-90020', 'ZZ-90030', 'ZZ-90040', 'ZZ-90050', 'ZZ-90060'];
const areas = ['ATTENDANCE_ENGAGEMENT', 'DISTRICT_INFRASTRUCTURE', 'INTEGRATED', 'LITERACY', 'PYRAMID_MODEL', 'SEBH'];
const years = ['2023-24', '2024-25'];
/** An answer after this long is as good as none: the entry is sent again. */
const ANSWER_MS = 20_000;
/** An entry that is not acknowledged after this long is a fault that did not heal by itself. */
const PATIENCE_MS = 90_000;
const mayBeRecorded = ['STORE_UNAVAILABLE', 'READ_TABLES_BEHIND'];

const STATE = `mutation ($input: StateDistrictNeedInput!) { stateDistrictNeed(input: $input) {
  receipt { eventIds replayed } userErrors { code message } } }`;
const SAID = `query ($code: String!, $year: SchoolYear!) { districtRequests(district: $code, schoolYear: $year) {
  needs { focusArea statement { eventId } } } }`;
const cells = years.flatMap((year) => areas.flatMap((focusArea) => districts.map((code) => ({ code, year, focusArea }))));

export async function ask(address, token, query, variables, milliseconds = ANSWER_MS) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(milliseconds),
  });
  return response.json();
}

export class Writers {
  #isWanted = false;
  #hasGivenUp = false;
  #running = [];
  #seen = new Map();
  /** Entries acknowledged since they were last taken: the ids of their events. */
  #acknowledged = [];
  /** Instant of each writer's last acknowledgement that came with tables that show the entry. */
  #lastAt = [];
  #watchers = new Set();
  /** What ended a writer before its time; whoever waits for the writers is told, now or later. */
  #failure;
  /** Answers that were no acknowledgement, by code; those without an answer count as `no answer`. */
  troubles = {};

  constructor({ address, token, count }) {
    Object.assign(this, { address, token, count });
    if (count > cells.length) throw new RangeError(`There are cells for ${cells.length} writers`);
  }

  /** Reads what is in force in the cell of each writer; before the first harm. */
  async look() {
    const own = cells.slice(0, this.count);
    this.#seen = new Map((await Promise.all(own.map((cell) => this.#inForce(cell)))).entries());
  }

  begin() {
    this.#isWanted = true;
    this.#running = Array.from({ length: this.count }, (_, number) => this.#write(number));
    for (const one of this.#running) {
      one.catch((error) => {
        this.#failure ??= error;
        this.#tell();
      });
    }
  }

  /** Resolves once so many entries more are acknowledged. */
  more(count) {
    const goal = this.#acknowledged.length + count;
    return this.#until(() => this.#acknowledged.length >= goal);
  }

  /** Resolves once so many more answers were no acknowledgement. */
  inTrouble(count) {
    const goal = this.#troubles() + count;
    return this.#until(() => this.#troubles() >= goal);
  }

  /** Resolves once every writer has had an entry acknowledged and shown by the tables after this instant; answers when that was. */
  async allServedSince(instant) {
    await this.#until(() => this.#lastAt.length === this.count && this.#lastAt.every((at) => at > instant));
    return performance.now();
  }

  /** Lets each writer end with an acknowledgement, and answers the ids of the events acknowledged since this was last called. */
  async settle() {
    this.#isWanted = false;
    await Promise.all(this.#running);
    return this.#acknowledged.splice(0);
  }

  /** Ends the writers wherever they stand. */
  giveUp() {
    this.#isWanted = false;
    this.#hasGivenUp = true;
  }

  async #write(number) {
    const { code, year, focusArea } = cells[number];
    // Yesterday: the clock may be set back over midnight.
    const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    for (let turn = 0; this.#isWanted; turn += 1) {
      const cell = { focusArea, answer: 'NEED', strength: 1 + (turn % 5), basedOn: this.#seen.get(number) };
      const input = { district: code, schoolYear: year, source: { kind: 'SURVEY', on }, cells: [cell], idempotencyKey: randomUUID() };
      const { eventIds, isShown } = await this.#untilAcknowledged(input);
      this.#seen.set(number, eventIds[0]);
      this.#acknowledged.push(...eventIds);
      if (isShown) this.#lastAt[number] = performance.now();
      this.#tell();
    }
  }

  async #untilAcknowledged(input) {
    const patience = performance.now() + PATIENCE_MS;
    for (;;) {
      const { receipt, trouble } = await this.#sent(input);
      if (receipt !== undefined) return receipt;
      this.troubles[trouble] = (this.troubles[trouble] ?? 0) + 1;
      this.#tell();
      if (this.#hasGivenUp) throw new Error('Given up');
      if (performance.now() > patience) throw new Error(`An entry was not acknowledged within ${PATIENCE_MS / 1000} s: ${trouble}`);
      await after(100 + Math.random() * 300);
    }
  }

  async #sent(input) {
    let answer;
    try {
      answer = await ask(this.address, this.token, STATE, { input });
    } catch {
      return { trouble: 'no answer' };
    }
    return read(answer);
  }

  async #inForce({ code, year, focusArea }) {
    const { data, errors } = await ask(this.address, this.token, SAID, { code, year });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.districtRequests?.needs.find((need) => need.focusArea === focusArea)?.statement.eventId;
  }

  #troubles() {
    return Object.values(this.troubles).reduce((sum, count) => sum + count, 0);
  }

  #until(isSo) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#failure === undefined && !isSo()) return;
        this.#watchers.delete(look);
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      };
      this.#watchers.add(look);
      look();
    });
  }

  #tell() {
    for (const look of this.#watchers) look();
  }
}

/** The receipt in an answer, or the code of what went wrong for a while. Throws when the entry was refused. */
function read(answer) {
  const { receipt, userErrors } = answer.data?.stateDistrictNeed ?? { userErrors: [] };
  if (receipt?.eventIds.length > 0) return { receipt: { ...receipt, isShown: userErrors.length === 0 } };
  const errors = [...userErrors, ...(answer.errors ?? [])];
  const told = errors.map(({ code, extensions, message }) => ({ code: code ?? extensions.code, message }));
  const refused = told.find(({ code }) => !mayBeRecorded.includes(code));
  if (refused !== undefined) throw new Error(`A lawful entry was refused: ${refused.code}: ${refused.message}`);
  return { trouble: told[0]?.code ?? 'no answer' };
}
