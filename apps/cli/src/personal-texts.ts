import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OpenedTexts, type PersonKeys } from '@waymark/identity';
import type { Recorded } from '@waymark/kernel';
import { type Config, PersonalTexts } from '@waymark/nest-kit';
import { openKeys } from '../../api/src/platform.js';

/**
 * What events hold of persons, opened with the keys of the installation. Those are opened when a person is asked about, and never made: where
 * there are none, as beside a bare copy of the record, texts stay sealed.
 */
export class TextsOfPersons extends PersonalTexts {
  private keys: PersonKeys | undefined;

  constructor(private readonly config: Config) {
    super();
  }

  /** Throws PrivateFileError, SealError, StoreUnavailableError. */
  async opened(events: readonly Recorded[]): Promise<readonly Recorded[]> {
    if (!this.hasKeys()) return events;
    this.keys ??= await openKeys(this.config);
    return new OpenedTexts(this.keys).opened(events);
  }

  async close(): Promise<void> {
    await this.keys?.close();
  }

  private hasKeys(): boolean {
    const { keysUrl, dataDir } = this.config;
    return keysUrl !== undefined || existsSync(join(dataDir, 'keys', 'keys.db'));
  }
}
