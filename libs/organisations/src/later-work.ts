import { Injectable } from '@nestjs/common';
import type { CivilDate, OrganisationId } from '@waymark/kernel';

/** What stands in the record of a slice about an organisation from after a day on: a line for people each. */
export type FindLaterWork = (organisation: OrganisationId, day: CivilDate) => Promise<readonly string[]>;

/**
 * What other slices recorded for days after an organisation's last one. They stand above this slice, so they say it by
 * registering here; a closing asks them all, since it does not silence what was stated for later (S10).
 */
@Injectable()
export class LaterWork {
  private readonly finders: FindLaterWork[] = [];

  register(find: FindLaterWork): void {
    this.finders.push(find);
  }

  async after(organisation: OrganisationId, day: CivilDate): Promise<string[]> {
    const found = await Promise.all(this.finders.map((find) => find(organisation, day)));
    return found.flat();
  }
}
