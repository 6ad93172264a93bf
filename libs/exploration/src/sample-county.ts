import {
  type Actor,
  type CivilDate,
  type Command,
  type CommandMeta,
  commandIdOf,
  derivedUuid,
  type EventId,
  eventIdOf,
  type OrganisationId,
  previousSchoolYear,
  type SchoolYear,
  schoolYearDates,
  schoolYearOf,
} from '@waymark/kernel';
import * as district from './district-request-commands.js';
import * as cycle from './exploration-cycle-commands.js';
import type { Assessment } from './exploration-cycle.events.js';
import { sampleAnswers } from './sample-county-answers.js';

/** Who takes part in the sample, and for which organisations. */
export interface SampleCounty {
  readonly agency: OrganisationId;
  /** Six districts of the agency at least. */
  readonly districts: readonly OrganisationId[];
  readonly coordinator: Actor;
  readonly leader: Actor;
  readonly districtMember: Actor;
  readonly reviewer: Actor;
  /** The day up to which the sample goes: nothing in it is dated later. */
  readonly today: CivilDate;
}

const LINEAGE = 'mimtss-isd';
const QUESTION_SET = 'mimtss-isd-2022';

/**
 * A worked exploration of an invented agency: last year's cycle accepted after a revision and a return, this year's partly
 * answered; districts' needs and requests with unknowns, a correction, a withdrawal and a late entry. Commands in the order
 * in which they are to be run; ids follow from fixed keys, so that loading the sample again records nothing.
 */
export function sampleCounty(county: SampleCounty): readonly Command[] {
  const thisYear = schoolYearOf(county.today);
  const last = new SampleYear(county, previousSchoolYear(thisYear));
  const current = new SampleYear(county, thisYear);
  lastYear(last);
  thisYearSoFar(current);
  const all = [...last.commands, ...current.commands];
  return all.sort((a, b) => (a.meta.now < b.meta.now ? -1 : a.meta.now > b.meta.now ? 1 : 0));
}

class SampleYear {
  readonly commands: Command[] = [];
  private readonly metas = new Map<string, CommandMeta>();

  constructor(
    readonly county: SampleCounty,
    readonly year: SchoolYear,
  ) {}

  /** A day of this school year, "10-15", today at the latest. */
  day(monthDay: string): CivilDate {
    const day = this.laterDay(monthDay);
    return day > this.county.today ? this.county.today : day;
  }

  /** A day of this school year that may still come. */
  laterDay(monthDay: string): CivilDate {
    const { first, last } = schoolYearDates(this.year);
    return `${(monthDay >= '07-01' ? first : last).slice(0, 4)}-${monthDay}`;
  }

  /** The event that the entry with this name left. */
  event(name: string): EventId {
    return eventIdOf({ meta: this.metas.get(name)! }, 0);
  }

  meta(name: string, on: string, actor: Actor): CommandMeta {
    const commandId = commandIdOf('sample-county', this.year, name);
    const today = this.day(on);
    const meta: CommandMeta = {
      commandId,
      inputMac: 'sample-county',
      actor,
      source: { kind: 'cli', ref: 'sample county' },
      correlationId: derivedUuid('sample-county', this.year),
      causationId: commandId,
      now: `${today}T16:00:00.000Z`,
      today,
    };
    this.metas.set(name, meta);
    return meta;
  }

  /** Adds an entry about the cycle. */
  inCycle<D>(
    Entry: new (key: cycle.CycleKey, data: D, about: Command['about'], meta: CommandMeta) => Command,
    [name, on, actor]: readonly [string, string, (Actor | undefined)?],
    data: D,
  ): void {
    const { agency, coordinator } = this.county;
    const key = { subjectId: agency, schoolYear: this.year, lineage: LINEAGE };
    this.commands.push(new Entry(key, data, { agency }, this.meta(name, on, actor ?? coordinator)));
  }

  /** Adds an entry about the district with this number. */
  ofDistrict<D>(
    Entry: new (key: district.DistrictKey, data: D, about: Command['about'], meta: CommandMeta) => Command,
    number: number,
    [name, on, actor]: readonly [string, string, (Actor | undefined)?],
    data: D,
  ): void {
    const { agency, coordinator } = this.county;
    const id = this.county.districts[number]!;
    const meta = this.meta(name, on, actor ?? coordinator);
    this.commands.push(new Entry({ district: id, schoolYear: this.year }, data, { agency, district: id }, meta));
  }

  open(on: string): void {
    const data = { questionSet: QUESTION_SET, basis: { kind: 'SERVICE_AGENCY' } };
    this.inCycle(cycle.OpenExplorationCycle, ['open', on], data);
  }

  answer(items: readonly string[], on: string): void {
    const answers = sampleAnswers(this.day('09-10'), this.laterDay('06-30'));
    const evidence = [{ kind: 'MEETING' as const, seenOn: this.day('09-10'), reference: 'exploration meeting' }];
    for (const item of items) {
      const answer = answers[item]!;
      this.inCycle(cycle.AnswerItem, [item, on], { item, answer, evidence });
    }
  }

  need(name: string, on: string, need: Pick<cycle.CountyNeed, 'focusArea' | 'statement' | 'strength'>): void {
    const sources = [{ kind: 'SURVEY' as const, seenOn: this.day('09-20'), reference: 'district survey' }];
    this.inCycle(cycle.StateCountyNeed, [name, on], { need: { ...need, sources } });
  }

  needs(
    number: number,
    on: string,
    cells: district.StateDistrictNeed['data']['cells'],
    more: { name?: string; actor?: Actor } = {},
  ): void {
    const source = { kind: 'SURVEY' as const, on: this.day(on), reference: 'fall survey' };
    const data = { cells, source, basis: {}, followUp: { kind: 'INTERVIEW' as const, dueOn: this.laterDay('12-15') } };
    this.ofDistrict(district.StateDistrictNeed, number, [more.name ?? `need-${number}`, on, more.actor], data);
  }

  requests(number: number, on: string, cells: readonly district.RequestCell[]): void {
    const source = { kind: 'SURVEY' as const, on: this.day(on), reference: 'fall survey' };
    this.ofDistrict(district.RequestSupport, number, [`request-${number}`, on], { cells, source, basis: {} });
  }

  submit(assessment: Assessment, on: string, times = 1): void {
    this.inCycle(cycle.SubmitAssessment, [`submit-${assessment}-${times}`, on, this.county.leader], { assessment });
  }

  accept(assessment: Assessment, on: string, submission = 1): void {
    const data = { assessment, submission };
    this.inCycle(cycle.AcceptAssessment, [`accept-${assessment}`, on, this.county.reviewer], data);
  }
}

const NEEDS_ITEMS = ['N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'N0'];
const FIT_ITEMS = ['F1', 'F2', 'F3a', 'F3b', 'F3c', 'F3d', 'F4a', 'F4b', 'F4c', 'F4d'];
const CAPACITY_ITEMS = ['C1', 'C2', 'C3', 'C4'];

const need = (focusArea: district.NeedCell['focusArea'], strength: number): district.NeedCell => {
  return { focusArea, answer: 'NEED', strength };
};
const none = (focusArea: district.NeedCell['focusArea']): district.NeedCell => ({ focusArea, answer: 'NO_NEED' });
const unknown = (focusArea: district.NeedCell['focusArea']): district.NeedCell => ({ focusArea, answer: 'UNKNOWN' });
const ask = (
  focusArea: district.RequestCell['focusArea'],
  supportType: district.RequestCell['supportType'],
  amount: district.RequestCell['amount'],
): district.RequestCell => ({ focusArea, supportType, amount });

function lastYear(year: SampleYear): void {
  year.open('09-08');
  year.inCycle(cycle.AssignItemOwner, ['owner-N3', '09-09'], { item: 'N3', ownerRole: 'data coordinator' });
  [0, 1, 2, 3].forEach((number) => year.needs(number, '09-20', [need('SEBH', 4), none('PYRAMID_MODEL')]));
  year.needs(4, '09-20', [need('LITERACY', 5), unknown('SEBH')]);
  year.needs(5, '09-22', [unknown('LITERACY'), unknown('SEBH')]);
  year.needs(4, '11-05', [{ ...need('SEBH', 3), basedOn: year.event('need-4') }], {
    name: 'answer-4',
    actor: year.county.coordinator,
  });
  year.requests(0, '09-20', [ask('SEBH', 'TRAINING', 'MODERATE'), ask('SEBH', 'COACHING', 'LIGHT')]);
  year.requests(1, '09-20', [ask('SEBH', 'TRAINING', 'LIGHT')]);
  year.requests(4, '09-21', [ask('LITERACY', 'COACHING', 'INTENSIVE')]);
  notePlan(year, 0, 'ACTIVE');
  year.need('county-1', '10-12', { focusArea: 'SEBH', statement: 'Behavior support differs by school', strength: 4 });
  year.need('county-2', '10-12', { focusArea: 'LITERACY', statement: 'Reading support ends too early', strength: 3 });
  year.answer([...NEEDS_ITEMS, ...FIT_ITEMS, ...CAPACITY_ITEMS], '10-20');
  commit(year, '11-10', 'YES');
  (['NEEDS', 'FIT', 'CAPACITY'] as const).forEach((assessment) => year.submit(assessment, '11-24'));
  reviseAndAccept(year);
}

function reviseAndAccept(year: SampleYear): void {
  const { reviewer, leader } = year.county;
  year.inCycle(cycle.ReviseAssessment, ['revise-NEEDS', '11-26', leader], {
    assessment: 'NEEDS',
    reason: 'Attendance data of the fall count came in.',
  });
  year.need('county-3', '11-27', {
    focusArea: 'ATTENDANCE_ENGAGEMENT',
    statement: 'Absences rise in grade 9',
    strength: 2,
  });
  year.submit('NEEDS', '11-28', 2);
  year.accept('NEEDS', '12-04', 2);
  year.accept('CAPACITY', '12-04');
  year.inCycle(cycle.ReturnAssessment, ['return-FIT', '12-04', reviewer], {
    assessment: 'FIT',
    submission: 1,
    reasons: [{ item: 'F2', reason: 'Say which goal of the county plan it serves.' }],
  });
  year.inCycle(cycle.AnswerItem, ['F2-again', '12-08'], {
    item: 'F2',
    answer: {
      kind: 'ANSWERED',
      parts: [
        { part: 'aligned', value: { kind: 'CHOICES', choices: ['STRATEGIC_PLAN', 'MTSS_PLAN', 'MICIP_PLAN'] } },
        {
          part: 'explanation',
          value: { kind: 'TEXT', text: 'It serves goal 2, and goal 1 of the agency’s own plan.' },
        },
      ],
    },
    evidence: [{ kind: 'PLAN', seenOn: year.day('12-07'), reference: 'strategic plan, goal 2' }],
    basedOn: year.event('F2'),
  });
  year.submit('FIT', '12-10', 2);
  year.accept('FIT', '12-15', 2);
}

function thisYearSoFar(year: SampleYear): void {
  const { districtMember, coordinator } = year.county;
  year.open('08-28');
  const dueOn = year.laterDay('12-15');
  year.inCycle(cycle.AssignItemOwner, ['owner-N3', '08-28'], { item: 'N3', ownerRole: 'data coordinator', dueOn });
  year.inCycle(cycle.AssignItemOwner, ['owner-C2', '08-28'], { item: 'C2', ownerRole: 'business office', dueOn });
  year.needs(0, '09-12', [need('SEBH', 5), need('LITERACY', 3)], { actor: districtMember });
  year.needs(1, '09-12', [need('SEBH', 4), unknown('DISTRICT_INFRASTRUCTURE')]);
  year.needs(2, '09-12', [need('LITERACY', 4), none('SEBH')]);
  year.needs(3, '09-14', [need('PYRAMID_MODEL', 3)], { name: 'wrong-district' });
  year.needs(4, '09-15', [unknown('LITERACY'), unknown('SEBH')]);
  year.requests(0, '09-12', [ask('SEBH', 'COACHING', 'MODERATE')]);
  year.requests(1, '09-12', [ask('SEBH', 'TRAINING', 'LIGHT'), ask('SEBH', 'DATA_COORDINATION', 'LIGHT')]);
  year.requests(2, '09-13', [ask('LITERACY', 'TRAINING', 'INTENSIVE')]);
  notePlan(year, 0, 'MAINTENANCE');
  notePlan(year, 2, 'ACTIVE');
  year.ofDistrict(district.CorrectSupportRequest, 1, ['correct-request', '09-25'], {
    corrects: year.event('request-1'),
    cells: [ask('SEBH', 'TRAINING', 'MODERATE'), ask('SEBH', 'DATA_COORDINATION', 'LIGHT')],
    reason: 'The amount was read from the wrong line of the survey.',
  });
  year.ofDistrict(district.WithdrawDistrictNeed, 3, ['withdraw', '09-25'], {
    corrects: year.event('wrong-district'),
    reason: 'The answer belongs to another district.',
  });
  year.ofDistrict(district.RecordFollowUpAsked, 4, ['asked', '10-01', coordinator], {
    followUpId: derivedUuid('followUp', commandIdOf('sample-county', year.year, 'need-4')),
    kind: 'INTERVIEW',
    askedOn: year.day('10-01'),
  });
  lateEntry(year);
  year.need('county-1', '10-06', { focusArea: 'SEBH', statement: 'Support differs at transitions', strength: 4 });
  year.answer(['N2', 'N3', 'N5', 'F1', 'F3a', 'F4d', 'C1'], '10-08');
  commit(year, '10-10', 'NO');
}

/** Recorded in October about August: slots in before what the district said since. */
function lateEntry(year: SampleYear): void {
  const source = { kind: 'MEETING' as const, on: year.day('08-20'), reference: 'summer meeting' };
  const data = { cells: [{ ...need('LITERACY', 5), basedOn: year.event('need-0') }], source, basis: {} };
  year.ofDistrict(district.StateDistrictNeed, 0, ['late', '10-05'], data);
}

function notePlan(year: SampleYear, number: number, goalState: district.DistrictPlan['goalState']): void {
  const seenOn = year.day('09-30');
  const plan = { planTitle: 'Improvement plan', goalTitle: 'Reading by grade 3', goalState, seenOn };
  const data = { plan: { ...plan, focusAreas: ['LITERACY' as const] }, basis: {} };
  year.ofDistrict(district.NoteDistrictPlan, number, [`plan-${number}`, '09-30'], data);
}

function commit(year: SampleYear, on: string, understandsResources: 'YES' | 'NO'): void {
  const committedOn = year.day(on);
  year.inCycle(cycle.StateLeadershipCommitment, ['commitment', on, year.county.leader], {
    commitment: { supports: 'YES', leaderRole: 'superintendent', committedOn, understandsResources },
  });
}
