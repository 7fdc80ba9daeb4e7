'use strict';
/* Draws the plots of the analyses; the page's own script hands over what both draw with. */
function drawPlots(kit) {
  const {draw, theme, colour, faded, font, outlined, labelRoom, tooltip, percent, endLabels} = kit;
  const CONTROL = -1;
  const SHAPES = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
  const ARROW_HEAD = 6;

  const shade = (index) => index === CONTROL ? theme.control : index < 0 ? theme.ink : colour(index);

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
    if (axis.min !== null) {
      options.min = axis.min;
    }
    if (axis.max !== null) {
      options.max = axis.max;
    }
    return options;
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
      pointRadius: line.style === 'ARROWS' ? 0 : joined ? 2.5 : 3.5, pointHoverRadius: 5,
      pointHitRadius: 6,
    };
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
      const {left, top} = chart.chartArea;
      context.save();
      font(context);
      context.textBaseline = 'bottom';
      chart.options.marks.forEach((mark) => {
        const at = chart.scales[mark.axis].getPixelForValue(mark.value);
        const width = context.measureText(mark.label).width;
        const x = mark.axis === 'x' ? Math.min(at - width / 2, chart.width - width - 2) : left + 6;
        outlined(context, mark.label, x, mark.axis === 'x' ? top - 3 : at - 3, theme.soft);
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
      plugins: [marks, pointings, endLabels],
      options: {
        marks: one.marks,
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
