import fc from 'fast-check';
import {
  civilDateIn,
  isCivilDate,
  isInstant,
  isSchoolYear,
  oneYearEarlier,
  previousSchoolYear,
  requireNotInFuture,
  RisingClock,
  schoolYearDates,
  schoolYearOf,
} from './calendar.js';
import { DomainError } from './errors.js';

const anyDate = fc
  .date({ min: new Date('1991-07-01T00:00:00Z'), max: new Date('2150-06-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('school year', () => {
  it('runs from 1 July to 30 June', () => {
    expect(schoolYearOf('2025-06-30')).toBe('2024-25');
    expect(schoolYearOf('2025-07-01')).toBe('2025-26');
    expect(schoolYearDates('2025-26')).toEqual({ first: '2025-07-01', last: '2026-06-30' });
  });

  it('is written with both halves, over the turn of a century too', () => {
    expect(['2025-26', '1999-00', '2099-00'].filter(isSchoolYear)).toEqual(['2025-26', '1999-00', '2099-00']);
    expect(['2025-27', '2025-2026', '2025', '25-26', '2025-25', ' 2025-26', '1899-00'].filter(isSchoolYear)).toEqual(
      [],
    );
    expect(previousSchoolYear('2000-01')).toBe('1999-00');
  });

  it('holds each of its days and no other', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const year = schoolYearOf(date);
        const { first, last } = schoolYearDates(year);
        expect(isSchoolYear(year) && first <= date && date <= last).toBe(true);
        expect(schoolYearOf(oneYearEarlier(date))).toBe(previousSchoolYear(year));
      }),
    );
  });
});

describe('civil date and instant', () => {
  it('writes the day of each second in its zone, whichever was asked for before', () => {
    const zones = ['America/Detroit', 'Europe/Berlin', 'UTC'];
    const plainly = (timeZone: string, instant: Date) =>
      new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
    const midnight = Date.parse('2025-11-02T04:00:00.000Z');
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: -2_000, max: 2_000 }), (zone, ms) => {
        const instant = new Date(midnight + ms);
        expect(civilDateIn(zone, instant)).toBe(plainly(zone, instant));
      }),
    );
  });

  it('knows the real days of the calendar', () => {
    expect(['2024-02-29', '2000-02-29', '2199-12-31'].every(isCivilDate)).toBe(true);
    const unreal = ['2025-02-29', '1900-02-29', '2025-13-01', '2025-00-10', '2025-1-1', '1899-12-31', '2200-01-01', ''];
    expect(unreal.filter(isCivilDate)).toEqual([]);
  });

  it('knows the same days and instants as the clock of the engine', () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const year = fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(1900, 2000, 2023, 2024, 2100));
    const day = fc
      .tuple(year, two(13), two(32))
      .map(([y, month, date]) => `${String(y).padStart(4, '0')}-${month}-${date}`);
    const isWritten = (text: string) => {
      const date = new Date(text);
      return !Number.isNaN(date.getTime()) && date.toISOString() === text;
    };
    fc.assert(
      fc.property(day, two(25), two(61), two(61), (date, hour, minute, second) => {
        const isInReach = date >= '1900' && date < '2200';
        expect(isCivilDate(date)).toBe(isInReach && isWritten(`${date}T00:00:00.000Z`));
        const instant = `${date}T${hour}:${minute}:${second}.123Z`;
        expect(isInstant(instant)).toBe(isWritten(instant));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes an instant only as this system writes it', () => {
    expect(isInstant('2025-10-15T14:00:00.000Z')).toBe(true);
    const others = [
      '2025-10-15T14:00:00Z',
      '2025-10-15T14:00:00.000+00:00',
      '2025-02-30T14:00:00.000Z',
      '2025-10-15T24:00:00.000Z',
      '2025-10-15 14:00:00.000Z',
    ];
    expect(others.filter(isInstant)).toEqual([]);
  });

  it('gives the day that it is in the time zone of the organisation', () => {
    const justPastMidnightUtc = new Date('2025-07-01T03:30:00Z');
    expect(civilDateIn('America/Detroit', justPastMidnightUtc)).toBe('2025-06-30');
    expect(civilDateIn('Europe/Berlin', justPastMidnightUtc)).toBe('2025-07-01');
    expect(() => civilDateIn('Mars/Olympus', justPastMidnightUtc)).toThrow(RangeError);
  });

  it('S19 goes from 29 February to 28 February of the year before', () => {
    expect(oneYearEarlier('2024-02-29')).toBe('2023-02-28');
    expect(oneYearEarlier('2025-03-01')).toBe('2024-03-01');
  });

  it('R-90 refuses what is said to be true only tomorrow, and takes today', () => {
    expect(() => requireNotInFuture('2025-10-15', '2025-10-15')).not.toThrow();
    let refusal: unknown;
    try {
      requireNotInFuture('2025-10-16', '2025-10-15', ['effectiveOn']);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'EFFECTIVE_IN_FUTURE', rule: 'R-90', path: ['effectiveOn'] });
  });
});

describe('rising clock', () => {
  it('gives stamps that never fall, whatever the machine says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1 }), (readings) => {
        let next = 0;
        const clock = new RisingClock(undefined, () => readings[next++]!);
        const seen = readings.map(() => clock.stamp().getTime());
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(seen.at(-1)).toBe(Math.max(...readings));
      }),
    );
  });

  it('starts at its floor and can be raised to the instant of the newest event', () => {
    const clock = new RisingClock('2025-10-15T14:00:00.000Z', () => 0);
    expect(clock.stamp().toISOString()).toBe('2025-10-15T14:00:00.000Z');
    clock.raiseTo('2025-10-16T08:00:00.000Z');
    clock.raiseTo('2025-10-15T08:00:00.000Z');
    expect(clock.stamp().toISOString()).toBe('2025-10-16T08:00:00.000Z');
  });

  it('R-90 says what the machine says about now, and by how much stamps lie ahead of it', () => {
    let machine = '2025-10-15T13:00:00.000Z';
    const clock = new RisingClock('2025-10-15T14:00:00.000Z', () => Date.parse(machine));
    expect(clock.now().toISOString()).toBe(machine);
    expect(clock.aheadMs()).toBe(3_600_000);
    machine = '2025-10-15T14:30:00.000Z';
    expect([clock.now().toISOString(), clock.stamp().toISOString()]).toEqual([machine, machine]);
    expect(clock.aheadMs()).toBe(0);
    machine = '2025-10-15T15:00:00.000Z';
    const told = clock.now();
    machine = '2025-10-15T14:40:00.000Z';
    expect([clock.now().toISOString(), clock.stamp()]).toEqual([machine, told]);
  });
});
