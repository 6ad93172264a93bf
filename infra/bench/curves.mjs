// One picture of small charts: a figure each, the number of events along the bottom (each step ten times as many), a line for each store.

const PANEL = { width: 300, height: 170, left: 52, right: 20, top: 30, bottom: 26 };
const COLUMNS = 3;
const COLOURS = ['#1f6f8b', '#c8553d'];
const TEXT = 'font-family="sans-serif" font-size="11" fill="#333"';

/** `series`: { name, points }, a point has its `size` and its figures; `figures`: [member, title]. Answers the SVG. */
export function curves(series, figures) {
  const panels = figures.map(([member, title], at) => {
    const x = (at % COLUMNS) * PANEL.width;
    const y = 30 + Math.floor(at / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${panel(series, member, title)}</g>`;
  });
  const width = COLUMNS * PANEL.width;
  const height = 30 + Math.ceil(figures.length / COLUMNS) * PANEL.height;
  const legend = series.map(({ name }, at) => {
    const x = PANEL.left + at * 110;
    return `<line x1="${x}" y1="18" x2="${x + 18}" y2="18" stroke="${COLOURS[at]}" stroke-width="2"/><text x="${x + 24}" y="22" ${TEXT}>${name}</text>`;
  });
  const background = `<rect width="${width}" height="${height}" fill="#fff"/>`;
  const label = 'role="img" aria-label="Figures of SQLite and PostgreSQL by number of events in the record"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${label}>${background}${legend.join('')}${panels.join('')}</svg>\n`;
}

function panel(series, member, title) {
  const points = series.flatMap((one, at) => one.points.filter((point) => Number.isFinite(point[member])).map((point) => ({ ...point, at })));
  const heading = `<text x="${PANEL.left}" y="18" ${TEXT} font-weight="bold">${title}</text>`;
  if (points.length === 0) return heading;
  const place = placing(points, member);
  const top = Math.max(...points.map((point) => point[member]));
  const sizes = [...new Set(points.map(({ size }) => size))];
  const floor = place({ size: sizes[0], [member]: 0 }).y;
  const axis = `<path d="M${PANEL.left} ${PANEL.top}V${floor}H${PANEL.width - PANEL.right}" fill="none" stroke="#999"/>`;
  const marks = sizes.map((size) => `<text x="${place({ size }).x}" y="${floor + 15}" text-anchor="middle" ${TEXT}>${short(size)}</text>`);
  const heights = `<text x="${PANEL.left - 5}" y="${PANEL.top + 4}" text-anchor="end" ${TEXT}>${short(top)}</text><text x="${PANEL.left - 5}" y="${floor}" text-anchor="end" ${TEXT}>0</text>`;
  const lines = series.map((_, at) => line(points.filter((point) => point.at === at).map(place), COLOURS[at]));
  return [heading, axis, heights, ...marks, ...lines].join('');
}

/** Where a point stands: sizes in equal steps for equal factors, values from 0. */
function placing(points, member) {
  const sizes = points.map(({ size }) => Math.log10(size));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const top = Math.max(...points.map((point) => point[member])) || 1;
  const [width, height] = [PANEL.width - PANEL.left - PANEL.right - 20, PANEL.height - PANEL.top - PANEL.bottom];
  return (point) => ({
    x: round(PANEL.left + 10 + (most === least ? 0.5 : (Math.log10(point.size) - least) / (most - least)) * width),
    y: round(PANEL.top + (1 - (point[member] ?? 0) / top) * height),
  });
}

function line(points, colour) {
  const dots = points.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`);
  return `<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
}

const round = (value) => Math.round(value * 10) / 10;

function short(value) {
  if (value >= 1e6) return `${round(value / 1e6)} M`;
  if (value >= 1e3) return `${round(value / 1e3)} k`;
  return value >= 10 ? `${Math.round(value)}` : value.toPrecision(2);
}
