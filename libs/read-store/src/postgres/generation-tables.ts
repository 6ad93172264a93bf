import type { Projection } from '../projection.js';
import { physicalName } from '../row-values.js';
import type { Row } from '../table.js';
import { createIndexSql, createTableSql } from './table-sql.js';

/** The tables of each generation and the views over them, by statements of the transaction in hand. */
export class GenerationTables {
  /** `run` prepares what has values once; what has none it sends as it is. */
  constructor(private readonly run: (text: string, values?: readonly unknown[]) => Promise<Row[]>) {}

  async createTables(projection: Projection, as: 'INDEXED' | 'BARE'): Promise<number> {
    const [row] = await this.run(
      `SELECT greatest(coalesce((SELECT max(generation) FROM projection_table WHERE name = ANY($1)), 0),
                       coalesce((SELECT generation FROM projection_state WHERE name = $2), 0)) AS newest`,
      [projection.tables.map(({ name }) => name), projection.name],
    );
    const generation = Number(row!['newest']) + 1;
    for (const table of projection.tables) {
      await this.run(createTableSql(table, generation));
      if (as === 'INDEXED') for (const sql of createIndexSql(table, generation).values()) await this.run(sql);
      await this.run('INSERT INTO projection_table VALUES ($1, $2, $3)', [table.name, generation, projection.name]);
    }
    return generation;
  }

  async missingIndex(projection: Projection, generation: number): Promise<string | undefined> {
    for (const table of projection.tables) {
      for (const [name, sql] of createIndexSql(table, generation)) {
        const [found] = await this.run('SELECT to_regclass($1) IS NOT NULL AS there', [`"${name}"`]);
        if (found!['there'] !== true) return sql;
      }
    }
    return undefined;
  }

  // A snapshot sees rows as they were when it began, but views as they are now: so no view changes hands while one is open (ADR 0022).
  async publish(projection: Projection, generation: number): Promise<void> {
    await this.run('LOCK TABLE publication IN ACCESS EXCLUSIVE MODE');
    await this.dropViews(projection.name);
    for (const { name } of projection.tables) {
      await this.run(`DROP VIEW IF EXISTS "${name}"`);
      await this.run(`CREATE VIEW "${name}" AS SELECT * FROM "${physicalName(name, generation)}"`);
    }
  }

  async dropTables(projection: string, keep: number | undefined): Promise<void> {
    if (keep === undefined) await this.dropViews(projection);
    const gone = await this.run(
      `DELETE FROM projection_table WHERE projection = $1 AND generation IS DISTINCT FROM $2::bigint RETURNING name, generation`,
      [projection, keep ?? null],
    );
    for (const { name, generation } of gone as { name: string; generation: number }[]) {
      await this.run(`DROP TABLE "${physicalName(name, generation)}"`);
    }
  }

  // A table that has moved to another projection keeps the view which that one has made.
  private async dropViews(projection: string): Promise<void> {
    const names = await this.run(
      `SELECT DISTINCT name FROM projection_table AS own WHERE projection = $1
         AND NOT EXISTS (SELECT 1 FROM projection_table WHERE name = own.name AND projection <> own.projection)`,
      [projection],
    );
    for (const { name } of names as { name: string }[]) await this.run(`DROP VIEW IF EXISTS "${name}"`);
  }
}
