import type { Happened } from '@waymark/event-store/testing';
import { supportTypes } from '@waymark/exploration';
import { type EventId, focusAreas, type OrganisationId, schoolYearOf } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { addDays, DAY, Draw } from './draw.js';
import { DrawnCycles } from './drawn-cycles.js';
import type { Saying, Tags, Telling } from './telling.js';

/** A statement that may be corrected or withdrawn: what it says now, and how it is said again. */
interface Statement {
  readonly id: string;
  last: string;
  content: object;
  eff: string;
  readonly say: Saying;
  readonly drawContent: () => object;
  readonly tags: Tags;
}

export const agencyNames = ['a0', 'a1', 'a2', 'a3'];
const stateOf = (agency: string) => (agency === 'a3' ? 'IL' : 'MI');
const evidence = { kind: 'SURVEY', on: '2024-01-01' };

/**
 * A history with every hard case: pairs on one day, corrected days, keys and contents, corrections that drop cells, of
 * corrections, with equal content; withdrawals, of winners too; moves that are plain, late, planned, back, corrected and
 * withdrawn; districts under nobody; closings, some called off; several events in one millisecond; cycles that begin again, and complete ones that are opened again.
 */
export class History implements Telling {
  readonly events: Happened[] = [];
  readonly districts: string[] = [];
  /** Which hard cases occurred, for the test that they all do. */
  readonly cases = new Map<string, number>();
  readonly draw: Draw;
  private now = Date.parse('2023-07-03T12:00:00Z');
  private n = 0;
  private readonly cycles: DrawnCycles;
  private readonly statements: Statement[] = [];
  private readonly daysOf = new Map<string, string>();

  /** `plain`: without correction, withdrawal or late entry; planned days stay. */
  constructor(
    readonly seed: number,
    steps: number,
    private readonly plain = false,
  ) {
    this.draw = new Draw(seed);
    this.cycles = new DrawnCycles(this, [...agencyNames, 'd0', 'd1']);
    this.found();
    for (let step = 0; step < steps; step += 1) this.step();
  }

  get today(): string {
    return new Date(this.now).toISOString().slice(0, 10);
  }

  note(name: string): void {
    this.cases.set(name, (this.cases.get(name) ?? 0) + 1);
  }

  push(type: string, stream: string, data: object, effectiveOn: string, more: Partial<Happened> = {}): string {
    if (this.plain) this.note('recorded on its day, or before');
    else if (this.draw.chance(70)) this.now += this.draw.below(3 * DAY);
    else this.note('shared millisecond');
    const id = `${this.seed}-${(this.n += 1)}`;
    const eventId = idOf<EventId>(id);
    this.events.push({
      ...{ type, stream, data, eventId, effectiveOn, act: 'STATED', statement: eventId },
      recordedAt: new Date(this.now).toISOString(),
      ...more,
    });
    return id;
  }

  private found(): void {
    const register = (name: string, kind: string, state: string) => {
      const data = {
        ...{ organisationId: idOf(name), state, kind, name, timeZone: 'America/Detroit' },
        identifiers: [{ scheme: 'LOCAL', value: name }],
        tagKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      };
      this.push('OrganisationRegistered', `organisation-${idOf(name)}`, data, '2023-07-01');
    };
    register('mi', 'STATE_AGENCY', 'MI');
    for (const agency of agencyNames) register(agency, 'SERVICE_AGENCY', stateOf(agency));
    for (let i = 0; i < 11; i += 1) {
      const name = `d${i}`;
      this.districts.push(name);
      register(name, 'DISTRICT', 'MI');
      if (i < 9) this.place(name, agencyNames[i % 4]!, '2022-07-01');
      else this.note('district under nobody');
    }
  }

  private step(): void {
    // In a plain history nothing is entered late: the day of an event is known only once its instant is.
    if (this.plain && this.draw.chance(70)) this.now += this.draw.below(3 * DAY);
    const kind = this.draw.below(this.plain ? 74 : 100);
    if (kind < 26) this.stateNeed();
    else if (kind < 42) this.stateRequest();
    else if (kind < 50) this.statePlan();
    else if (kind < 62) this.cycles.goOn();
    else if (kind < 70) this.move();
    else if (kind < 73) this.followUp();
    else if (kind < 74) this.close();
    else if (kind < 90) this.correct();
    else this.withdraw();
  }

  /** A day on or before today; often late, often one on which something was said about the same subject already. */
  day(subject: string): string {
    if (this.plain) return this.today;
    const known = this.daysOf.get(subject);
    if (known !== undefined && this.draw.chance(30)) {
      this.note('same day');
      return known;
    }
    const day = addDays(this.today, this.draw.chance(50) ? 0 : -this.draw.below(200));
    if (day !== this.today) this.note('late entry');
    this.daysOf.set(subject, day);
    return day;
  }

  say(eff: string, tags: Tags, drawContent: () => object, say: Saying): void {
    const content = drawContent();
    const { type, stream, data } = say(content, undefined);
    const id = this.push(type, stream, data, eff, { organisations: tags });
    this.statements.push({ id, last: id, content, eff, say, drawContent, tags });
  }

  private ofDistrict(type: string, drawContent: () => object, member: string): void {
    const district = this.draw.one(this.districts);
    const eff = this.day(district);
    const year = schoolYearOf(eff);
    const place = { district: idOf(district), schoolYear: year };
    const spoken = member === 'cells' ? { source: evidence, statedBy: 'DISTRICT' } : {};
    this.say(eff, { district: idOf<OrganisationId>(district) }, drawContent, (content, was) => ({
      type,
      stream: `districtRequest-${idOf(district)}_${year}`,
      data: {
        ...place,
        ...spoken,
        ...(member === 'cells' ? { cells: content ?? [] } : content && { plan: content }),
        ...(was && { was: member === 'cells' ? { cells: was, effectiveOn: eff } : { ...was, effectiveOn: eff } }),
      },
    }));
  }

  private stateNeed(): void {
    const drawContent = () =>
      this.draw.some(focusAreas.slice(0, 3), 3).map((focusArea) => ({
        focusArea,
        answer: this.draw.one(['NEED', 'NEED', 'NO_NEED', 'UNKNOWN']),
      }));
    this.ofDistrict('DistrictNeedStated', drawContent, 'cells');
  }

  private stateRequest(): void {
    const pairs = focusAreas.slice(0, 2).flatMap((area) => supportTypes.map((type) => [area, type] as const));
    const drawContent = () =>
      this.draw.some(pairs, 5).map(([focusArea, supportType]) => ({
        ...{ focusArea, supportType },
        amount: this.draw.one(['NONE', 'LIGHT', 'INTENSIVE']),
      }));
    this.ofDistrict('SupportRequested', drawContent, 'cells');
  }

  private statePlan(): void {
    const drawContent = () => ({
      planRef: idOf(`plan-${this.draw.below(4)}`),
      planTitle: 'plan',
      goalTitle: 'goal',
      goalState: this.draw.one(['ACTIVE', 'MAINTENANCE', 'ARCHIVED']),
      focusAreas: this.draw.chance(20) ? [] : this.draw.some(focusAreas.slice(0, 3), 3),
      seenOn: '2024-01-01',
    });
    this.ofDistrict('DistrictPlanRead', drawContent, 'plan');
  }

  private place(district: string, agency: string, eff: string): void {
    const content = { parent: agency };
    this.say(
      eff,
      { agency: idOf<OrganisationId>(agency) },
      () =>
        content.parent === ''
          ? { parent: this.draw.one(agencyNames) }
          : { parent: this.draw.one([agency, ...agencyNames]) },
      (said, was) => ({
        type: 'OrganisationPlaced',
        stream: `organisation-${idOf(district)}`,
        data: {
          ...{ organisationId: idOf(district), kind: 'DISTRICT' },
          parentId: idOf(((said ?? was) as { parent: string }).parent),
          ...(was && { was: { parentId: idOf((was as { parent: string }).parent), effectiveOn: eff } }),
        },
      }),
    );
  }

  private move(): void {
    const shift = this.plain ? 2 * this.draw.below(2) : this.draw.below(3);
    const eff = addDays(this.today, shift === 0 ? 0 : shift === 1 ? -this.draw.below(300) : this.draw.below(300));
    this.note(['plain move', 'late move', 'planned move'][shift]!);
    this.place(this.draw.one(this.districts), this.draw.one(agencyNames), eff);
  }

  private close(): void {
    const district = this.draw.one(this.districts);
    const data = { organisationId: idOf(district), reason: 'ends' };
    this.note('closing');
    const lastDay = addDays(this.today, this.draw.below(60) - (this.plain ? 0 : 30));
    const stream = `organisation-${idOf(district)}`;
    const closing = idOf<EventId>(this.push('OrganisationClosed', stream, data, lastDay));
    if (this.plain || !this.draw.chance(30)) return;
    this.note('closing called off');
    const withdrawn = { act: 'WITHDRAWN', statement: closing, corrects: closing } as const;
    this.push('OrganisationClosed', stream, { ...data, was: { effectiveOn: lastDay } }, lastDay, withdrawn);
  }

  private followUp(): void {
    const district = this.draw.one(this.districts);
    const place = { district: idOf(district), schoolYear: schoolYearOf(this.today), followUpId: idOf(`f-${district}`) };
    const stream = `districtRequest-${idOf(district)}_${place.schoolYear}`;
    const opened = { ...place, kind: 'SURVEY', focusAreas: ['SEBH'], ownerRole: 'coordinator' };
    const asked = { ...place, kind: 'INTERVIEW', askedOn: this.today };
    const kind = this.draw.below(3);
    if (kind === 0) this.push('FollowUpOpened', stream, opened, this.today);
    else if (kind === 1) this.push('FollowUpAsked', stream, asked, this.today);
    else this.push('FollowUpClosed', stream, { ...place, outcome: 'ANSWERED' }, this.today);
  }

  private correct(): void {
    const statement = this.draw.one(this.statements);
    const equal = this.draw.chance(15);
    const content = equal ? statement.content : this.drawnAnew(statement);
    const dated = this.draw.chance(25) ? addDays(statement.eff, this.draw.below(40) - 20) : statement.eff;
    const eff = dated > this.today && statement.eff <= this.today ? statement.eff : dated;
    this.note(statement.last === statement.id ? 'correction' : 'correction of a correction');
    if (equal) this.note('equal content');
    if (eff !== statement.eff) this.note('corrected day');
    const { type, stream, data } = statement.say(content, statement.content);
    const corrects = idOf<EventId>(statement.last);
    const more = {
      act: 'CORRECTED',
      statement: idOf<EventId>(statement.id),
      corrects,
      organisations: statement.tags,
    } as const;
    statement.last = this.push(type, stream, data, eff, more);
    statement.content = content;
    statement.eff = eff;
  }

  /** New content; of a matrix sometimes a part of the old cells, so that a correction drops some. */
  private drawnAnew(statement: Statement): object {
    const cells = statement.content;
    if (Array.isArray(cells) && cells.length > 1 && this.draw.chance(40)) {
      this.note('dropped cells');
      return cells.slice(1) as object;
    }
    return statement.drawContent();
  }

  private withdraw(): void {
    const recent = this.draw.chance(50);
    const index = recent ? this.statements.length - 1 : this.draw.below(this.statements.length);
    const [statement] = this.statements.splice(index, 1);
    if (statement === undefined) return;
    this.note(recent ? 'withdrawal of a winner' : 'withdrawal');
    const { type, stream, data } = statement.say(undefined, statement.content);
    if (type === 'OrganisationPlaced') this.note('withdrawn move');
    const corrects = idOf<EventId>(statement.last);
    const more = {
      act: 'WITHDRAWN',
      statement: idOf<EventId>(statement.id),
      corrects,
      organisations: statement.tags,
    } as const;
    this.push(type, stream, data, statement.eff, more);
  }
}
