import { questionSet } from '@waymark/exploration';
import { focusAreas, type OrganisationId, schoolYearOf } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import type { Draw } from './draw.js';
import type { Telling } from './telling.js';

interface Cycle {
  readonly subject: string;
  readonly year: string;
  readonly cycle: number;
  readonly set: string;
  state: 'OPEN' | 'COMPLETE' | 'ABANDONED';
}

/** The cycles of a history: opened, answered, ended, opened again, one after the other. */
export class DrawnCycles {
  private readonly cycles: Cycle[] = [];

  constructor(
    private readonly telling: Telling,
    private readonly subjects: readonly string[],
  ) {}

  /** One step more in the cycle of somebody. */
  goOn(): void {
    const year = schoolYearOf(this.telling.today);
    const subject = this.telling.draw.one(this.subjects);
    const own = this.cycles.filter((cycle) => cycle.subject === subject && cycle.year === year);
    const current = own.at(-1);
    if (current?.state === 'COMPLETE' && this.telling.draw.chance(50)) {
      this.telling.note('cycle reopened');
      current.state = 'OPEN';
      this.ofCycle(current, 'ExplorationCycleReopened', { reason: 'new data' });
    } else if (current?.state !== 'OPEN') {
      const set = subject.startsWith('a') ? 'mimtss-isd-2022' : 'mimtss-district';
      const cycle: Cycle = { subject, year, cycle: own.length + 1, set, state: 'OPEN' };
      if (own.length > 0) this.telling.note('cycle again');
      this.cycles.push(cycle);
      this.ofCycle(cycle, 'ExplorationCycleOpened', {
        subjectKind: subject.startsWith('a') ? 'AGENCY' : 'DISTRICT',
        questionSet: set,
      });
    } else if (this.telling.draw.chance(8)) {
      current.state = 'ABANDONED';
      this.ofCycle(current, 'ExplorationCycleAbandoned', { reason: 'over' });
    } else if (this.telling.draw.chance(12)) {
      current.state = 'COMPLETE';
      this.ofCycle(current, 'ExplorationCycleClosed', {});
    } else this.answerSomething(current);
  }

  private ofCycle(cycle: Cycle, type: string, data: object): void {
    this.telling.push(type, this.streamOf(cycle), { ...this.placeOf(cycle), ...data }, this.telling.today);
  }

  private streamOf({ subject, year, set }: Cycle): string {
    return `explorationCycle-${idOf(subject)}_${year}_${questionSet(set).lineage}`;
  }

  private placeOf({ subject, year, cycle, set }: Cycle) {
    return { subjectId: idOf(subject), schoolYear: year, lineage: questionSet(set).lineage, cycle };
  }

  private answerSomething(cycle: Cycle): void {
    const place = this.placeOf(cycle);
    const stream = this.streamOf(cycle);
    const eff = this.telling.day(cycle.subject + cycle.year);
    const tags = { agency: idOf<OrganisationId>(cycle.subject) };
    const restated = (member: string, content: object | undefined, was: object | undefined) => ({
      ...(content && { [member]: content }),
      ...(was && { was: { ...(member === 'answer' ? { answer: was } : was), effectiveOn: eff } }),
    });
    const kind = this.telling.draw.below(10);
    if (kind === 0) {
      const drawNeed = () => ({
        ...{
          needId: idOf(`n-${this.telling.draw.below(3)}`),
          focusArea: this.telling.draw.one(focusAreas.slice(0, 3)),
        },
        ...{ statement: 'text', sources: [] },
      });
      this.telling.say(eff, tags, drawNeed, (content, was) => ({
        ...{ type: 'CountyNeedStated', stream, data: { ...place, ...restated('need', content, was) } },
      }));
    } else if (kind === 1) {
      const drawCommitment = () => ({
        ...{
          supports: this.telling.draw.one(['YES', 'YES', 'PARTLY']),
          leaderRole: 'superintendent',
          committedOn: '2024-01-01',
        },
        understandsResources: this.telling.draw.one(['YES', 'NO', 'UNKNOWN']),
      });
      this.telling.say(eff, tags, drawCommitment, (content, was) => ({
        ...{ type: 'LeadershipCommitmentStated', stream, data: { ...place, ...restated('commitment', content, was) } },
      }));
    } else {
      const item = this.telling.draw.one(
        questionSet(cycle.set)
          .items.filter(({ answeredBy }) => answeredBy === 'PARTS')
          .slice(0, 6),
      );
      const drawAnswer = () => answerDrawn(this.telling.draw);
      this.telling.say(eff, tags, drawAnswer, (content, was) => ({
        type: 'ItemAnswered',
        stream,
        data: {
          ...place,
          assessment: item.assessment,
          item: item.item,
          evidence: [],
          ...restated('answer', content, was),
        },
      }));
    }
  }
}

function answerDrawn(draw: Draw): object {
  if (draw.chance(15)) return { kind: 'UNKNOWN', reason: 'nobody knows' };
  const parts = draw.some(['SEBH', 'LITERACY', undefined], 2).map((focusArea) => ({
    part: 'strength',
    value: { kind: 'SCALE5', level: 1 + draw.below(5), ...(focusArea && { focusArea }) },
  }));
  return {
    kind: 'ANSWERED',
    parts: draw.chance(70) ? parts : [{ part: 'text', value: { kind: 'TEXT', text: 'x' } }],
  };
}
