import { EventCatalogue } from '@waymark/kernel';
import { districtRequestCatalogue, explorationCycleCatalogue } from '@waymark/exploration';
import { accountCatalogue, personCatalogue, personProjection } from '@waymark/identity';
import { organisationCatalogue } from '@waymark/organisations';
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
export const projections: readonly Projection[] = [personProjection];

/** Every read table there is. */
export const tables = projections.flatMap((projection) => projection.tables);
