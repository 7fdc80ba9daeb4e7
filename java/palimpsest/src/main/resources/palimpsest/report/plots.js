'use strict';
/* Draws the plots of the analyses; the page's own script hands over what both draw with. */
function drawPlots(kit) {
  const {draw, theme, colour, faded, font, outlined, labelRoom, tooltip, percent, endLabels} = kit;
  const CONTROL = -1;
  const SHAPES = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
  const ARROW_HEAD = 6;
  const MANY_POINTS = 40;
  const LINE_HEIGHT = 15;

  const RAMP = 100;

  function shade(index) {
    if (index >= RAMP) {
      return between(colour(1), colour(0), (index - RAMP) / 100);
    }
    return index === CONTROL ? theme.control : index < 0 ? theme.ink : colour(index);
  }

  /* A colour on the way from one to another, both #rrggbb. */
  function between(from, to, share) {
    const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
    return '#' + [0, 1, 2]
        .map((i) => Math.round(part(from, i) * (1 - share) + part(to, i) * share))
        .map((value) => value.toString(16).padStart(2, '0'))
        .join('');
  }

  /* A number with as many digits as say something. */
  function number(value) {
    if (value === 0 || !Number.isFinite(value)) {
      return String(value);
    }
    const size = Math.abs(value);
    if (size >= 1e5 || size < 1e-3) {
      return value.toExponential(1).replace('e+', 'e');
    }
    return String(Number(value.toPrecision(3)));
  }

  function written(axis, value, digits = 1) {
    if (axis.names.length > 0) {
      return axis.names[value] || '';
    }
    switch (axis.format) {
      case 'PERCENT': return percent(value, digits);
      case 'DEGREES': return number(value) + '°';
      default: return number(value);
    }
  }

  function scale(axis, upright) {
    const options = {
      type: axis.logarithmic ? 'logarithmic' : 'linear',
      title: {display: axis.title !== '', text: axis.title},
      grid: {display: upright}, border: {display: !upright},
      ticks: {
        maxRotation: 0, maxTicksLimit: 7, includeBounds: false,
        callback: (value) => written(axis, value, 0),
      },
    };
    if (axis.logarithmic) {
      options.afterBuildTicks = roundTicks;
    }
    if (axis.names.length > 0) {
      options.afterBuildTicks = (built) => { built.ticks = axis.names.map((_, i) => ({value: i})); };
      options.ticks = {
        maxRotation: 50, autoSkip: false, callback: (value) => axis.names[value] || '',
      };
    }
    if (axis.min !== null) {
      options.min = axis.min;
    }
    if (axis.max !== null) {
      options.max = axis.max;
    }
    return options;
  }

  /* 1, 2 and 5 times powers of ten, where that leaves enough to read. */
  function roundTicks(built) {
    const round = built.ticks.filter((tick) =>
        [1, 2, 5].includes(Math.round(tick.value / 10 ** Math.floor(Math.log10(tick.value) + 1e-9))));
    if (round.length > 2) {
      built.ticks = round;
    }
  }

  function dataset(line) {
    const tone = shade(line.colour);
    const joined = line.style === 'LINE' || line.style === 'DASHED' || line.style === 'DOTTED';
    return {
      data: line.points, label: line.name, endLabel: line.named && joined ? line.name : '',
      borderColor: tone, backgroundColor: joined ? tone : faded(tone, 0.6),
      showLine: joined, style: line.style, clip: 8,
      borderDash: line.style === 'DASHED' ? [7, 4] : line.style === 'DOTTED' ? [2, 4] : [],
      borderWidth: joined ? 2.5 : 1, borderCapStyle: 'round', borderJoinStyle: 'round',
      pointStyle: joined ? 'circle' : SHAPES[Math.max(0, line.colour) % SHAPES.length],
      pointRadius: radius(line, joined), pointHoverRadius: 5,
      pointHitRadius: 6,
    };
  }

  /* A line of many points is drawn as a line alone. */
  function radius(line, joined) {
    if (line.style === 'ARROWS') {
      return 0;
    }
    return joined ? (line.points.length > MANY_POINTS ? 0 : 2.5) : 3.5;
  }

  /* Dashed lines to read the others against. */
  const marks = {
    id: 'marks',
    beforeDatasetsDraw(chart) {
      const context = chart.ctx;
      const {left, right, top, bottom} = chart.chartArea;
      context.save();
      context.setLineDash([4, 4]);
      context.strokeStyle = theme.soft;
      chart.options.marks.forEach((mark) => {
        const at = chart.scales[mark.axis].getPixelForValue(mark.value);
        context.beginPath();
        context.moveTo(mark.axis === 'x' ? at : left, mark.axis === 'x' ? top : at);
        context.lineTo(mark.axis === 'x' ? at : right, mark.axis === 'x' ? bottom : at);
        context.stroke();
      });
      context.restore();
    },
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      const {left, right, top} = chart.chartArea;
      context.save();
      font(context);
      context.textBaseline = 'bottom';
      chart.options.marks.forEach((mark) => {
        const at = chart.scales[mark.axis].getPixelForValue(mark.value);
        const width = context.measureText(mark.label).width;
        if (mark.axis === 'x') {
          outlined(context, mark.label, Math.min(at - width / 2, chart.width - width - 2), top - 3, theme.soft);
        } else {
          const y = at - LINE_HEIGHT < top ? at + LINE_HEIGHT + 3 : at - 3;
          outlined(context, mark.label, mark.right ? right - width - 6 : left + 6, y, theme.soft);
        }
      });
      context.restore();
    },
  };

  /* Labels beside single points, and arrows between pairs of them. */
  const pointings = {
    id: 'pointings',
    beforeDatasetsDraw(chart) {
      chart.data.datasets.forEach((set, i) => {
        const points = chart.getDatasetMeta(i).data;
        for (let k = 0; set.style === 'ARROWS' && k + 1 < points.length; k += 2) {
          arrow(chart.ctx, points[k], points[k + 1], set.borderColor);
        }
      });
    },
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      context.save();
      font(context, '600');
      context.textBaseline = 'middle';
      chart.data.datasets.forEach((set, i) => {
        chart.getDatasetMeta(i).data.forEach((point, k) => {
          if (set.data[k].label) {
            const width = context.measureText(set.data[k].label).width;
            const x = point.x + 8 + width > chart.width ? point.x - 8 - width : point.x + 8;
            outlined(context, set.data[k].label, x, point.y - 8, set.borderColor);
          }
        });
      });
      context.restore();
    },
  };

  /* A function of both axes as filled contours: the lower, the darker. */
  const surface = {
    id: 'surface',
    beforeDatasetsDraw(chart) {
      const {surface: drawn, contours} = chart.options;
      if (!drawn) {
        return;
      }
      const context = chart.ctx;
      const {left, right, top, bottom} = chart.chartArea;
      const place = placing(chart, drawn);
      context.save();
      context.beginPath();
      context.rect(left, top, right - left, bottom - top);
      context.clip();
      context.fillStyle = tone(0, contours.length);
      context.fillRect(left, top, right - left, bottom - top);
      contours.forEach((contour, i) => {
        context.beginPath();
        contour.coordinates.forEach((polygon) => polygon.forEach((ring) => {
          ring.forEach((point, k) => context[k === 0 ? 'moveTo' : 'lineTo'](...place(point)));
          context.closePath();
        }));
        context.fillStyle = tone(i + 1, contours.length);
        context.fill();
        context.lineWidth = 0.6;
        context.strokeStyle = faded(theme.ink, 0.35);
        context.stroke();
      });
      context.restore();
    },
    afterDatasetsDraw(chart) {
      if (chart.pointed) {
        const context = chart.ctx;
        context.save();
        font(context, '600');
        context.textBaseline = 'top';
        outlined(context, chart.pointed, chart.chartArea.left + 6, chart.chartArea.top + 6, theme.ink);
        context.restore();
      }
    },
    afterEvent(chart, {event, inChartArea}) {
      const drawn = chart.options.surface;
      if (drawn) {
        const before = chart.pointed;
        chart.pointed = inChartArea && event.type !== 'mouseout' ? reading(chart, drawn, event) : null;
        if (chart.pointed !== before) {
          chart.draw();
        }
      }
    },
  };

  const tone = (level, levels) => between(colour(1), theme.sheet, Math.sqrt(level / levels));

  /* From the contours' places, cells from 0.5 on, to the chart's. */
  function placing(chart, drawn) {
    const at = (values, cell) =>
        values[0] + (cell - 0.5) * (values[values.length - 1] - values[0]) / (values.length - 1);
    return ([column, row]) => [
      chart.scales.x.getPixelForValue(at(drawn.x, column)),
      chart.scales.y.getPixelForValue(at(drawn.y, row)),
    ];
  }

  function contoursOf(drawn) {
    return d3.contours()
        .size([drawn.x.length, drawn.y.length])
        .thresholds(drawn.levels)(drawn.z.flat());
  }

  /* The value of the grid's place nearest to the pointer. */
  function reading(chart, drawn, event) {
    const nearest = (values, value) => Math.max(0, Math.min(values.length - 1, Math.round(
        (value - values[0]) / (values[values.length - 1] - values[0]) * (values.length - 1))));
    const column = nearest(drawn.x, chart.scales.x.getValueForPixel(event.x));
    const row = nearest(drawn.y, chart.scales.y.getValueForPixel(event.y));
    return number(drawn.z[row][column]);
  }

  function arrow(context, from, to, tone) {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    context.save();
    context.strokeStyle = faded(tone, 0.7);
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    for (const side of [-0.5, 0.5]) {
      context.moveTo(to.x, to.y);
      context.lineTo(
          to.x - ARROW_HEAD * Math.cos(angle + side), to.y - ARROW_HEAD * Math.sin(angle + side));
    }
    context.stroke();
    context.restore();
  }

  function plot(one) {
    const datasets = one.lines.map(dataset);
    draw(one.id, {
      type: 'scatter',
      data: {datasets},
      plugins: [surface, marks, pointings, endLabels],
      options: {
        marks: one.marks,
        surface: one.surface, contours: one.surface ? contoursOf(one.surface) : [],
        layout: {
          padding: {
            top: one.marks.some((mark) => mark.axis === 'x') ? 20 : 8,
            right: labelRoom(datasets.map((set) => set.endLabel).filter((name) => name !== '')),
          },
        },
        interaction: {mode: 'nearest', axis: 'xy', intersect: false},
        scales: {x: scale(one.x, false), y: scale(one.y, true)},
        plugins: {
          tooltip: {
            ...tooltip(),
            callbacks: {
              title: () => '',
              label: (item) => ' ' + (item.raw.text || item.dataset.label + ': '
                  + written(one.x, item.parsed.x) + ', ' + written(one.y, item.parsed.y)),
            },
          },
        },
      },
    });
  }

  JSON.parse(document.getElementById('plots').textContent).forEach(plot);
}
