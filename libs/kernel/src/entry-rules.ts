import { type CivilDate, requireNotInFuture, type SchoolYear, schoolYearOf, schoolYearStarting } from './calendar.js';
import { DomainError } from './errors.js';

/** the day given, today when none is; never a day that has not come yet. */
export function dayOf(given: CivilDate | undefined, today: CivilDate): CivilDate {
  const day = given ?? today;
  requireNotInFuture(day, today, ['effectiveOn']);
  return day;
}

/** A school year may lie one year ahead: planning begins early; further ahead it is a slip of the pen. */
export function requireYearInReach(schoolYear: SchoolYear, today: CivilDate): void {
  const next = schoolYearStarting(Number(schoolYearOf(today).slice(0, 4)) + 1);
  if (schoolYear > next) {
    throw new DomainError('SCHOOL_YEAR_TOO_FAR', `${schoolYear} lies too far ahead. The latest is ${next}.`, {
      path: ['schoolYear'],
    });
  }
}

/** after its last day an organisation takes nothing new. */
export function requireNotClosed(closedOn: CivilDate | undefined, day: CivilDate, what: string): void {
  if (closedOn === undefined || day <= closedOn) return;
  throw new DomainError(
    'ORGANISATION_CLOSED',
    `The organisation ended on ${closedOn}; it takes no new ${what}. Enter it for its successor.`,
    { rule: 'R-06', path: ['effectiveOn'] },
  );
}
