import { factsProjection } from '@waymark/county-progress';
import {
  districtRequestCatalogue,
  districtRequestProjection,
  explorationCycleCatalogue,
  explorationCycleProjection,
  explorationSubjectProjection,
} from '@waymark/exploration';
import { accountCatalogue, personCatalogue, personProjection } from '@waymark/identity';
import { EventCatalogue } from '@waymark/kernel';
import { organisationCatalogue, organisationProjection } from '@waymark/organisations';
import type { Projection } from '@waymark/read-store';

/** Every event type there is. A type that two slices claim stops the start. */
export const catalogue = EventCatalogue.union(
  accountCatalogue,
  districtRequestCatalogue,
  explorationCycleCatalogue,
  organisationCatalogue,
  personCatalogue,
);

/** Every projection there is, with its version: the one list that the api, the projector and a rebuild go by. */
export const projections: readonly Projection[] = [
  personProjection,
  organisationProjection,
  explorationSubjectProjection,
  explorationCycleProjection,
  districtRequestProjection,
  factsProjection,
];

/** Every read table there is. */
export const tables = projections.flatMap((projection) => projection.tables);
