// Rounds in which everything takes its turn, so that a change of the machine's speed hits all alike; medians over the rounds; ratios inside
// each round.
import { median } from './measure.mjs';

/**
 * Runs the measurements ({ id, measure(round) }) in turn, once to warm up and then `rounds` times. One with `mayFail` that throws is kept
 * as { failure } and takes its turn again in the next round. Answers the samples.
 */
export async function inRounds(measurements, { rounds, progress = () => {} }) {
  const samples = new Samples();
  const steps = (rounds + 1) * measurements.length;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { id, measure, mayFail = false }] of measurements.entries()) {
      const sample = await measure(round).catch((error) => {
        if (!mayFail) throw error;
        return { failure: error.message };
      });
      if (round > 0) samples.add(id, sample);
      progress(round * measurements.length + at + 1, steps);
    }
  }
  return samples;
}

export class Samples {
  #all = new Map();

  add(id, sample) {
    this.#all.set(id, [...(this.#all.get(id) ?? []), sample]);
  }

  has(id) {
    return this.#all.has(id);
  }

  /** Median of a member over the rounds that did not fail. */
  median(id, member = 'rate') {
    return median(this.#members(id, member).filter((value) => value !== undefined));
  }

  /** Medians of all members of a measurement. */
  medians(id) {
    const [first = {}] = this.#all.get(id) ?? [];
    return Object.fromEntries(Object.keys(first).map((member) => [member, this.median(id, member)]));
  }

  /** Median of the ratios inside each round; NaN when one of both is not there. */
  ratio(id, other, member = 'rate') {
    const of = this.#members(other, member);
    return median(this.#members(id, member).flatMap((value, round) => (value === undefined || of[round] === undefined ? [] : [value / of[round]])));
  }

  /** How often it failed, and with what at last; undefined when it never did. */
  failure(id) {
    const all = this.#all.get(id) ?? [];
    const failed = all.filter(({ failure }) => failure !== undefined);
    return failed.length === 0 ? undefined : `failed in ${failed.length} of ${all.length} rounds: ${failed.at(-1).failure}`;
  }

  #members(id, member) {
    return (this.#all.get(id) ?? []).map((sample) => sample[member]);
  }
}
