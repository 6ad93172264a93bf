import { factsProjection } from '@waymark/county-progress';
import { recordClockCatalogue } from '@waymark/event-store';
import {
  districtRequestCatalogue,
  districtRequestDecider,
  districtRequestProjection,
  explorationCycleCatalogue,
  explorationCycleDecider,
  explorationCycleProjection,
  explorationSubjectProjection,
} from '@waymark/exploration';
import { accountCatalogue, accountDecider, personCatalogue, personDecider, personProjection } from '@waymark/identity';
import {
  initiativeCatalogue,
  initiativeDecider,
  initiativeOwnerProjection,
  initiativeProjection,
} from '@waymark/initiatives';
import { EventCatalogue } from '@waymark/kernel';
import { organisationCatalogue, organisationDecider, organisationProjection } from '@waymark/organisations';
import type { Projection } from '@waymark/read-store';

/** Every event type there is. A type that two slices claim stops the start. */
export const catalogue = EventCatalogue.union(
  accountCatalogue,
  districtRequestCatalogue,
  explorationCycleCatalogue,
  initiativeCatalogue,
  organisationCatalogue,
  personCatalogue,
  recordClockCatalogue,
);

/** What the name of every stream begins with, up to its first dash. */
export const streamCategories: readonly string[] = [
  accountDecider,
  districtRequestDecider,
  explorationCycleDecider,
  initiativeDecider,
  organisationDecider,
  personDecider,
].map(({ category }) => category);

/** Every projection there is, with its version: the one list that the api, the projector and a rebuild go by. */
export const projections: readonly Projection[] = [
  personProjection,
  organisationProjection,
  explorationSubjectProjection,
  explorationCycleProjection,
  districtRequestProjection,
  initiativeOwnerProjection,
  initiativeProjection,
  factsProjection,
];

/** Every read table there is. */
export const tables = projections.flatMap((projection) => projection.tables);
