/** What a panel draws over the same time: a line through points, or steps that hold until the next one. */
export interface Line {
  label: string;
  color: string;
  points: readonly (readonly [x: number, y: number])[];
  isStepped?: boolean;
  isDashed?: boolean;
}

export interface Panel {
  title: string;
  lines: readonly Line[];
}

export interface Chart {
  title: string;
  xLabel: string;
  panels: readonly Panel[];
}

const WIDTH = 860;
const PANEL_HEIGHT = 190;
const MARGIN = { left: 56, right: 20, top: 44, bottom: 44, title: 34 };
const PLOT_WIDTH = WIDTH - MARGIN.left - MARGIN.right;
const PLOT_HEIGHT = PANEL_HEIGHT - MARGIN.title - 16;
const TICKS = 4;
const LABEL_WIDTH = 150;

/** An SVG document that stands for itself, readable on light and dark pages. */
export const lineChart = ({ title, xLabel, panels }: Chart): string => {
  const height = MARGIN.top + panels.length * PANEL_HEIGHT + MARGIN.bottom;
  const xs = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([x]) => x)));
  const xMost = niceMost(Math.max(0, ...xs));
  const bottom = MARGIN.top + panels.length * PANEL_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(MARGIN.left, 24, title, 'font-size="15" font-weight="bold"'),
    ...panels.map((panel, index) => panelSvg(panel, MARGIN.top + index * PANEL_HEIGHT, xMost)),
    ...ticks(xMost).map((x) => text(xAt(x, xMost), bottom + 6, numberText(x), 'text-anchor="middle" fill="#555555"')),
    text(MARGIN.left + PLOT_WIDTH / 2, bottom + 26, xLabel, 'text-anchor="middle" fill="#555555"'),
    '</svg>',
    '',
  ].join('\n');
};

const panelSvg = ({ title, lines }: Panel, top: number, xMost: number): string => {
  const yMost = niceMost(Math.max(1, ...lines.flatMap(({ points }) => points.map(([, y]) => y))));
  const plotTop = top + MARGIN.title;
  const y = (value: number): number => plotTop + PLOT_HEIGHT * (1 - value / yMost);
  const grid = ticks(yMost).flatMap((value) => [
    `<path d="M${MARGIN.left} ${round(y(value))}h${PLOT_WIDTH}" stroke="#dddddd"/>`,
    text(MARGIN.left - 8, y(value) + 4, numberText(value), 'text-anchor="end" fill="#555555"'),
  ]);
  const legend = lines.flatMap(({ label, color, isDashed }, index) => {
    const x = MARGIN.left + PLOT_WIDTH - (lines.length - index) * LABEL_WIDTH;
    return [
      `<path d="M${x} ${top + 20}h22" stroke="${color}" stroke-width="2"${dash(isDashed)}/>`,
      text(x + 28, top + 24, label, 'fill="#333333"'),
    ];
  });
  const drawn = lines.map(({ points, color, isStepped, isDashed }) => {
    const d = pathOf(
      points.map(([px, py]) => [xAt(px, xMost), y(py)]),
      isStepped,
    );
    return `<path d="${d}" fill="none" stroke="${color}" stroke-width="1.6"${dash(isDashed)}/>`;
  });
  return [text(MARGIN.left, top + 24, title, 'font-weight="bold" fill="#333333"'), ...grid, ...legend, ...drawn].join(
    '\n',
  );
};

const dash = (isDashed: boolean | undefined): string => (isDashed ? ' stroke-dasharray="5 4"' : '');

const pathOf = (points: readonly [number, number][], isStepped = false): string =>
  points
    .map(([x, y], index) => {
      if (index === 0) return `M${round(x)} ${round(y)}`;
      return isStepped ? `H${round(x)}V${round(y)}` : `L${round(x)} ${round(y)}`;
    })
    .join('');

const xAt = (x: number, xMost: number): number => MARGIN.left + (PLOT_WIDTH * x) / xMost;

const ticks = (most: number): number[] => Array.from({ length: TICKS + 1 }, (_, n) => (most * n) / TICKS);

/** The next of 4, 8, 12, 20, 40, 60, 80, … that is not less: quarters of it are round. */
export const niceMost = (value: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(value, 1))));
  return (
    [0.4, 0.8, 1.2, 2, 4, 6, 8, 12].map((step) => step * power).find((step) => step >= value && step % 4 === 0) ??
    20 * power
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;
const numberText = (value: number): string => String(round(value));

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
