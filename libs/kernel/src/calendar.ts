import { DomainError } from './errors.js';

/** An instant: ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export type Instant = string;
/** A civil date, `YYYY-MM-DD`, in the time zone of the organisation it belongs to. */
export type CivilDate = string;
/** A school year, 1 July to 30 June, labelled "2025-26". */
export type SchoolYear = string;

/** Where the present moment comes from. Deciders never ask it; commands carry what it said. */
export interface Clock {
  /** The present instant by the machine's clock: what "today" goes by. */
  now(): Date;
}

/**
 * The machine's clock, and stamps for events beside it that never fall. The two differ after a clock was ahead for a while: the
 * stamps stay where they were until the machine gets there, and what "today" is does not follow them.
 */
export class RisingClock implements Clock {
  private highest: number;

  constructor(
    floor: Instant | undefined = undefined,
    private readonly source: () => number = Date.now,
  ) {
    this.highest = floor === undefined ? 0 : Date.parse(floor);
  }

  /** No later stamp lies before an instant that was told: what a question asks up to stays settled (S14). */
  now(): Date {
    const reading = this.source();
    this.highest = Math.max(this.highest, reading);
    return new Date(reading);
  }

  /** The instant to record an event with: never before the newest event, nor before an earlier stamp. */
  stamp(): Date {
    this.highest = Math.max(this.highest, this.source());
    return new Date(this.highest);
  }

  /** Milliseconds by which stamps lie ahead of the machine's clock; 0 as long as it runs as it should. */
  aheadMs(): number {
    return Math.max(0, this.highest - this.source());
  }

  /** Raises the floor: no later stamp lies before this instant. */
  raiseTo(instant: Instant): void {
    this.highest = Math.max(this.highest, Date.parse(instant));
  }
}

/** Writes civil dates of one time zone, and the second it wrote last: a request asks for today several times over. */
interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  second: number;
  date: CivilDate;
}

const zones = new Map<string, Zone>();

/** The civil date of an instant in an IANA time zone. Throws a RangeError for an unknown zone. */
export function civilDateIn(timeZone: string, instant: Date): CivilDate {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    zone = { formatter: new Intl.DateTimeFormat('en-CA', { timeZone, ...parts }), second: Number.NaN, date: '' };
    zones.set(timeZone, zone);
  }
  // No zone changes its day within a second.
  const second = Math.floor(instant.getTime() / 1_000);
  if (second !== zone.second) {
    zone.date = zone.formatter.format(instant);
    zone.second = second;
  }
  return zone.date;
}

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether "YYYY-MM-DD", at the beginning of a text that has this form, is a day of the calendar. */
function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (day < 1 || day > (LONGEST_MONTH[month - 1] ?? 0)) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month !== 2 || day < 29 || isLeapYear;
}

/** Whether the text is a real civil date between the years 1900 and 2199. */
export function isCivilDate(text: string): boolean {
  return /^(19|2[01])\d\d-\d\d-\d\d$/.test(text) && isDay(text);
}

/** Whether the text is an instant as this system writes it. */
export function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(text) && isDay(text);
}

/** Whether the text is a school year whose two halves follow each other: "2025-26" is, "2025-27" is not. */
export function isSchoolYear(text: string): boolean {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const start = Number(match[1]);
  return start >= 1990 && start <= 2150 && (start + 1) % 100 === Number(match[2]);
}

/** The school year that a civil date falls into. */
export function schoolYearOf(date: CivilDate): SchoolYear {
  const year = Number(date.slice(0, 4));
  return schoolYearStarting(date.slice(5) >= '07-01' ? year : year - 1);
}

/** The school year that begins on 1 July of the given year. */
export function schoolYearStarting(year: number): SchoolYear {
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
}

/** First day (1 July) and last day (30 June) of a school year. */
export function schoolYearDates(year: SchoolYear): { first: CivilDate; last: CivilDate } {
  const start = Number(year.slice(0, 4));
  return { first: `${start}-07-01`, last: `${start + 1}-06-30` };
}

/** The school year before. */
export function previousSchoolYear(year: SchoolYear): SchoolYear {
  return schoolYearStarting(Number(year.slice(0, 4)) - 1);
}

/** The same civil date one year earlier; 29 February gives 28 February (facts semantics S19). */
export function oneYearEarlier(date: CivilDate): CivilDate {
  const year = Number(date.slice(0, 4)) - 1;
  const rest = date.slice(5) === '02-29' ? '02-28' : date.slice(5);
  return `${year}-${rest}`;
}

/**
 * an effective date lies after the recording day for planned items alone.
 * Throws EFFECTIVE_IN_FUTURE naming the date that is refused.
 */
export function requireNotInFuture(effectiveOn: CivilDate, today: CivilDate, path: readonly string[] = []): void {
  if (effectiveOn > today) {
    throw new DomainError(
      'EFFECTIVE_IN_FUTURE',
      `${effectiveOn} lies after today (${today}). Give the date on which it was true, today at the latest.`,
      { rule: 'R-90', path },
    );
  }
}
