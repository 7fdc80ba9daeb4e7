'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const ENLARGED_STEPS = 200;
  const COLOURS = 8;
  const DASHES = [[], [7, 4], [2, 3]];
  const POINTS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
  const LABEL_HEIGHT = 15;
  const LONGEST_LABEL = 104;
  const hidden = new Set();
  const charts = [];
  let measure = 'exact';
  let theme;

  const percent = (share, digits = 1) =>
      share === null ? 'not reached' : (100 * share).toFixed(digits) + '\u202f%';
  const colour = (method) => theme.methods[method % COLOURS];
  const dash = (method) => DASHES[Math.floor(method / COLOURS) % DASHES.length];
  const faded = (hex, alpha) => hex + Math.round(255 * alpha).toString(16).padStart(2, '0');
  const drawn = (points) => points
      .filter((point) => point[measure] !== null)
      .map((point) => ({x: point.step, y: point[measure]}));

  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const variable = (name) => style.getPropertyValue(name).trim();
    const methods = [];
    for (let i = 0; i < COLOURS; i++) {
      methods.push(variable('--m' + i));
    }
    theme = {
      paper: variable('--paper'), sheet: variable('--sheet'), ink: variable('--ink'),
      soft: variable('--soft'), line: variable('--line'), tint: variable('--tint'),
      control: variable('--control'), methods,
    };
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    Chart.defaults.color = theme.soft;
    Chart.defaults.borderColor = theme.line;
    Chart.defaults.animation = false;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.plugins.legend.display = false;
  }

  function font(context, weight = '') {
    context.font = `${weight} 12px ${Chart.defaults.font.family}`.trim();
  }

  function shortened(context, text) {
    if (context.measureText(text).width <= LONGEST_LABEL) {
      return text;
    }
    let length = text.length - 1;
    while (length > 1 && context.measureText(text.slice(0, length) + '…').width > LONGEST_LABEL) {
      length--;
    }
    return text.slice(0, length) + '…';
  }

  function outlined(context, text, x, y, fill) {
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeStyle = theme.paper;
    context.strokeText(text, x, y);
    context.fillStyle = fill;
    context.fillText(text, x, y);
  }

  /* Names the lines at their ends and keeps the names apart. */
  const endLabels = {
    id: 'endLabels',
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      context.save();
      font(context, '600');
      context.textBaseline = 'middle';
      const labels = [];
      chart.data.datasets.forEach((dataset, i) => {
        const last = chart.getDatasetMeta(i).data.findLast(
            (point) => Number.isFinite(point.x) && Number.isFinite(point.y));
        if (dataset.endLabel && last) {
          const text = shortened(context, dataset.endLabel);
          labels.push({
            text, x: last.x + 8, y: last.y, colour: dataset.borderColor,
            width: context.measureText(text).width,
          });
        }
      });
      spread(labels, chart.chartArea);
      labels.forEach((label) => {
        if (Math.abs(label.y - label.wanted) > LABEL_HEIGHT) {
          context.lineWidth = 1;
          context.strokeStyle = label.colour;
          context.beginPath();
          context.moveTo(label.x - 5, label.wanted);
          context.lineTo(label.x - 1, label.y);
          context.stroke();
        }
        outlined(context, label.text, label.x, label.y, label.colour);
      });
      context.restore();
    },
  };

  /* Moves names that would cover each other apart, as little as it takes. */
  function spread(labels, area) {
    labels.forEach((label) => label.wanted = label.y);
    groups(labels).forEach((group) => {
      group.sort((a, b) => a.wanted - b.wanted);
      const blocks = [];
      group.forEach((label) => {
        blocks.push({labels: [label], centre: label.wanted});
        while (blocks.length > 1 && touching(blocks[blocks.length - 2], blocks[blocks.length - 1])) {
          const joined = [...blocks[blocks.length - 2].labels, ...blocks[blocks.length - 1].labels];
          const sum = joined.reduce((total, one) => total + one.wanted, 0);
          blocks.splice(-2, 2, {labels: joined, centre: sum / joined.length});
        }
      });
      blocks.forEach((block) => block.labels.forEach((label, i) => {
        label.y = block.centre + LABEL_HEIGHT * (i - (block.labels.length - 1) / 2);
      }));
      const below = Math.max(0, group[group.length - 1].y - (area.bottom - 4));
      group.forEach((label) => label.y -= below);
      const above = Math.max(0, LABEL_HEIGHT / 2 - group[0].y);
      group.forEach((label) => label.y += above);
    });
  }

  const touching = (upper, lower) =>
      lower.centre - upper.centre < LABEL_HEIGHT * (upper.labels.length + lower.labels.length) / 2;

  /* Names that share some width, one with another. */
  function groups(labels) {
    const found = [];
    let right = -Infinity;
    [...labels].sort((a, b) => a.x - b.x).forEach((label) => {
      if (label.x > right) {
        found.push([]);
      }
      found[found.length - 1].push(label);
      right = Math.max(right, label.x + label.width);
    });
    return found;
  }

  function labelRoom(texts) {
    const context = document.createElement('canvas').getContext('2d');
    font(context, '600');
    return 14 + Math.max(0, ...texts.map((t) => Math.min(LONGEST_LABEL, context.measureText(t).width)));
  }

  /* Dashed lines to read the others against. */
  const references = {
    id: 'references',
    beforeDatasetsDraw(chart) {
      const context = chart.ctx;
      const area = chart.chartArea;
      context.save();
      (chart.options.references || []).forEach((line) => {
        const upright = line.axis === 'x';
        const at = chart.scales[upright ? 'x' : 'y'].getPixelForValue(line.value);
        context.setLineDash([4, 4]);
        context.lineWidth = 1;
        context.strokeStyle = theme.soft;
        context.beginPath();
        context.moveTo(upright ? at : area.left, upright ? area.top : at);
        context.lineTo(upright ? at : area.right, upright ? area.bottom : at);
        context.stroke();
      });
      context.restore();
    },
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      const area = chart.chartArea;
      context.save();
      font(context);
      (chart.options.references || []).forEach((line) => {
        const width = context.measureText(line.label).width;
        if (line.axis === 'x') {
          const at = chart.scales.x.getPixelForValue(line.value);
          context.textBaseline = 'bottom';
          outlined(context, line.label, Math.min(at - width / 2, chart.width - width - 2), area.top - 3,
              theme.soft);
        } else {
          const at = chart.scales.y.getPixelForValue(line.value);
          context.textBaseline = 'bottom';
          outlined(context, line.label, line.right ? area.right - width - 4 : area.left + 6, at - 3,
              theme.soft);
        }
      });
      context.restore();
    },
  };

  /* The steps that the chart beside this one enlarges. */
  const enlargedBand = {
    id: 'enlargedBand',
    beforeDatasetsDraw(chart) {
      if (chart.options.enlargedTo) {
        const {left, top, bottom} = chart.chartArea;
        const right = chart.scales.x.getPixelForValue(chart.options.enlargedTo);
        chart.ctx.save();
        chart.ctx.fillStyle = theme.tint;
        chart.ctx.fillRect(left, top, right - left, bottom - top);
        chart.ctx.restore();
      }
    },
  };

  /* Each seed's dot, the interval of the mean, and its value. */
  const seedsOnBars = {
    id: 'seedsOnBars',
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      const scale = chart.scales.x;
      context.save();
      chart.getDatasetMeta(0).data.forEach((bar, i) => {
        const entry = chart.options.bars[i];
        if (entry.mean === null) {
          font(context);
          context.textBaseline = 'middle';
          outlined(context, 'not reached', scale.left + 6, bar.y, theme.soft);
          return;
        }
        const present = entry.values.filter((value) => value !== null);
        present.forEach((value, k) => {
          const offset = present.length === 1 ? 0 : 12 * (k / (present.length - 1) - 0.5);
          context.beginPath();
          context.arc(scale.getPixelForValue(value), bar.y + offset, 3, 0, 2 * Math.PI);
          context.fillStyle = theme.paper;
          context.fill();
          context.lineWidth = 1.5;
          context.strokeStyle = colour(entry.method);
          context.stroke();
        });
        let right = Math.max(entry.mean, ...present);
        if (entry.ci95 !== null) {
          whisker(context, scale, entry, bar.y);
          right = Math.max(right, Math.min(1, entry.mean + entry.ci95));
        }
        font(context, '600');
        context.textBaseline = 'middle';
        outlined(context, percent(entry.mean), scale.getPixelForValue(right) + 10, bar.y, theme.ink);
      });
      context.restore();
    },
  };

  function whisker(context, scale, entry, y) {
    const from = scale.getPixelForValue(Math.max(0, entry.mean - entry.ci95));
    const to = scale.getPixelForValue(Math.min(1, entry.mean + entry.ci95));
    context.lineWidth = 2;
    context.strokeStyle = theme.ink;
    context.beginPath();
    context.moveTo(from, y);
    context.lineTo(to, y);
    context.moveTo(from, y - 5);
    context.lineTo(from, y + 5);
    context.moveTo(to, y - 5);
    context.lineTo(to, y + 5);
    context.stroke();
  }

  const upDown = () => ({
    min: 0, max: 1,
    border: {display: false},
    ticks: {stepSize: 0.25, callback: (value) => percent(value, 0)},
  });

  const tooltip = () => ({
    backgroundColor: theme.sheet, titleColor: theme.ink, bodyColor: theme.ink,
    borderColor: theme.line, borderWidth: 1, padding: 10, displayColors: true, boxPadding: 4,
    usePointStyle: true,
  });

  function draw(id, configuration) {
    const canvas = document.getElementById(id);
    if (canvas) {
      charts.push(new Chart(canvas, configuration));
    }
  }

  function floorLine(floor, lines, enlarged) {
    if (!floor || floor[measure] === null) {
      return [];
    }
    const first = lines.length > 0 && lines[0].mean.length > 0 ? lines[0].mean[0][measure] : 1;
    const label = enlarged ? '' : 'floor ' + percent(floor[measure]);
    return [{value: floor[measure], label, right: first < 0.5}];
  }

  function curveChart(panel, enlarged) {
    const shown = panel.lines.filter((line) => !hidden.has(line.method));
    const datasets = [];
    const longest = Math.max(1, ...shown.map((line) => line.last));
    const last = enlarged ? Math.min(ENLARGED_STEPS, longest) : longest;
    shown.forEach((line) => {
      const common = {
        borderColor: colour(line.method), backgroundColor: colour(line.method),
        borderDash: dash(line.method), clip: 8,
      };
      const within = (points) => drawn(points).filter((point) => point.x <= last);
      const mean = within(line.mean);
      datasets.push({
        ...common, data: mean, label: data.methods[line.method], isMean: true,
        endLabel: data.methods[line.method], borderWidth: 2.5, order: 0,
        pointRadius: (c) => c.dataIndex === mean.length - 1 ? 3.5 : enlarged ? 2 : 0,
        pointHoverRadius: 4, borderCapStyle: 'round', borderJoinStyle: 'round',
      });
      line.seeds.forEach((points) => datasets.push({
        ...common, data: within(points), borderColor: faded(colour(line.method), 0.28),
        borderWidth: 1, pointRadius: 0, pointHitRadius: 0, order: 1,
      }));
    });
    draw(panel.id + (enlarged ? '-enlarged' : ''), {
      type: 'line',
      data: {datasets},
      plugins: [enlargedBand, references, endLabels],
      options: {
        references: floorLine(panel.floor, shown, enlarged),
        enlargedTo: !enlarged && longest > ENLARGED_STEPS ? ENLARGED_STEPS : null,
        layout: {padding: {top: 6, right: labelRoom(shown.map((line) => data.methods[line.method]))}},
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {
            type: 'linear', min: 0, max: last,
            title: {display: true, text: 'steps of task ' + panel.training},
            grid: {display: false}, ticks: {maxRotation: 0, maxTicksLimit: 7, precision: 0},
          },
          y: upDown(),
        },
        plugins: {
          tooltip: {
            ...tooltip(),
            filter: (item) => Boolean(item.dataset.isMean),
            callbacks: {
              title: (items) => items.length > 0 ? 'step ' + items[0].parsed.x : '',
              label: (item) => ' ' + item.dataset.label + ': ' + percent(item.parsed.y),
            },
          },
        },
      },
    });
  }

  function barChart() {
    const canvas = document.getElementById('bars');
    if (!canvas) {
      return;
    }
    const bars = data.bars.bars;
    canvas.parentElement.style.height = 76 + 44 * bars.length + 'px';
    const lines = [];
    if (data.bars.before !== null) {
      lines.push({axis: 'x', value: data.bars.before, label: 'before'});
    }
    if (data.bars.floor !== null) {
      lines.push({axis: 'x', value: data.bars.floor, label: 'floor'});
    }
    const narrow = canvas.parentElement.clientWidth < 420;
    draw('bars', {
      type: 'bar',
      data: {
        labels: bars.map((bar) => data.methods[bar.method]),
        datasets: [{
          data: bars.map((bar) => bar.mean),
          backgroundColor: bars.map((bar) => faded(colour(bar.method), 0.32)),
          borderColor: bars.map((bar) => colour(bar.method)),
          borderWidth: {left: 0, top: 0, bottom: 0, right: 3},
          barThickness: 24,
        }],
      },
      plugins: [references, seedsOnBars],
      options: {
        bars, references: lines, indexAxis: 'y',
        layout: {padding: {top: 20, right: 12}},
        scales: {
          x: {...upDown(), grid: {color: theme.line}},
          y: {
            grid: {display: false}, border: {color: theme.soft},
            ticks: {
              color: theme.ink, autoSkip: false,
              callback(value) {
                const label = this.getLabelForValue(value);
                const most = narrow ? 12 : 22;
                return label.length > most ? label.slice(0, most - 1) + '…' : label;
              },
            },
          },
        },
        plugins: {
          tooltip: {
            ...tooltip(),
            callbacks: {
              label: (item) => {
                const bar = bars[item.dataIndex];
                return ' ' + percent(bar.mean)
                    + (bar.ci95 === null ? '' : ' ± ' + (100 * bar.ci95).toFixed(1));
              },
            },
          },
        },
      },
    });
  }

  function tradeOffChart() {
    const lines = data.tradeOff.lines.filter((line) => line.means.some((mean) => mean !== null));
    const floor = data.tradeOff.floor;
    draw('trade-off', {
      type: 'line',
      data: {
        labels: data.tradeOff.thresholds.map((threshold) => percent(Number(threshold), 0)),
        datasets: lines.map((line) => ({
          data: line.means, label: data.methods[line.method], endLabel: data.methods[line.method],
          borderColor: colour(line.method), backgroundColor: colour(line.method),
          borderDash: dash(line.method), borderWidth: 2.5, clip: 8,
          pointStyle: POINTS[line.method % POINTS.length], pointRadius: 4.5, pointHoverRadius: 6,
        })),
      },
      plugins: [references, endLabels],
      options: {
        references: floor === null ? [] : [{value: floor, label: 'floor ' + percent(floor)}],
        layout: {padding: {top: 6, right: labelRoom(lines.map((line) => data.methods[line.method]))}},
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: {
            title: {display: true, text: 'new task learned to at least'},
            grid: {display: false}, ticks: {maxRotation: 0, autoSkip: false},
          },
          y: upDown(),
        },
        plugins: {
          tooltip: {
            ...tooltip(),
            callbacks: {label: (item) => ' ' + item.dataset.label + ': ' + percent(item.parsed.y)},
          },
        },
      },
    });
  }

  function recoveryChart(recovery) {
    const line = (points, label, style) => ({
      data: drawn(points), label, endLabel: label, borderColor: style.colour,
      backgroundColor: style.colour, borderDash: style.dash, borderWidth: 2.5, pointRadius: 2.5,
      pointHoverRadius: 5, clip: 8,
    });
    const sets = [
      line(recovery.early, 'early', {colour: colour(recovery.method), dash: []}),
      line(recovery.last, 'end', {colour: colour(recovery.method), dash: [8, 4]}),
      line(recovery.control, 'control', {colour: theme.control, dash: [2, 4]}),
    ].filter((set) => set.data.length > 0);
    const lines = [];
    if (measure === 'exact' && recovery.before !== null) {
      lines.push({value: recovery.before, label: ''});
    }
    draw('recovery-' + recovery.method, {
      type: 'line',
      data: {datasets: sets},
      plugins: [references, endLabels],
      options: {
        references: lines,
        layout: {padding: {top: 8, right: labelRoom(sets.map((set) => set.label))}},
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {
            type: 'linear', min: 0, title: {display: true, text: 'steps of retraining on task 0'},
            grid: {display: false}, ticks: {maxRotation: 0, maxTicksLimit: 7, precision: 0},
          },
          y: upDown(),
        },
        plugins: {
          tooltip: {
            ...tooltip(),
            callbacks: {
              title: (items) => items.length > 0 ? 'step ' + items[0].parsed.x : '',
              label: (item) => ' ' + item.dataset.label + ': ' + percent(item.parsed.y),
            },
          },
        },
      },
    });
  }

  /* Where learning turns into retraining. */
  const turn = {
    id: 'turn',
    beforeDatasetsDraw(chart) {
      const context = chart.ctx;
      const {left, right, top, bottom} = chart.chartArea;
      const at = chart.scales.x.getPixelForValue(chart.options.turn);
      context.save();
      context.fillStyle = theme.tint;
      context.fillRect(left, top, at - left, bottom - top);
      font(context);
      context.fillStyle = theme.soft;
      context.textBaseline = 'bottom';
      context.textAlign = 'center';
      context.fillText('task 1', (left + at) / 2, top - 5);
      context.fillText('retraining', (at + right) / 2, top - 5);
      context.restore();
    },
  };

  function storyChart(story) {
    const line = (points, label, style) => ({
      data: drawn(points), label, endLabel: label, borderWidth: 3, pointRadius: 3, clip: 8,
      borderCapStyle: 'round', borderJoinStyle: 'round', pointHoverRadius: 5, ...style,
      backgroundColor: style.borderColor,
    });
    const own = {borderColor: colour(story.method), borderDash: []};
    const sets = [
      line(story.down, '', own),
      line(story.back, 'early', own),
      line(story.control, 'control', {
        borderColor: theme.control, borderDash: [2, 4], borderWidth: 2, pointRadius: 2,
      }),
    ].filter((set) => set.data.length > 0);
    draw('story', {
      type: 'line',
      data: {datasets: sets},
      plugins: [turn, references, endLabels],
      options: {
        turn: story.turn,
        references: floorLine(story.floor, [{mean: story.down}], false),
        layout: {padding: {top: 22, right: labelRoom(['early', 'control'])}},
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {
            type: 'linear', min: 0, title: {display: true, text: 'steps'}, grid: {display: false},
            max: Math.max(...sets.flatMap((set) => set.data.map((point) => point.x))),
            ticks: {maxRotation: 0, maxTicksLimit: 7, precision: 0},
          },
          y: upDown(),
        },
        plugins: {
          tooltip: {
            ...tooltip(),
            callbacks: {
              title: (items) => items.length > 0 ? 'step ' + items[0].parsed.x : '',
              label: (item) => ' ' + (item.dataset.label || 'task 0') + ': ' + percent(item.parsed.y),
            },
          },
        },
      },
    });
  }

  function drawAll() {
    charts.splice(0).forEach((chart) => chart.destroy());
    readTheme();
    if (data.story) {
      storyChart(data.story);
    }
    data.panels.forEach((panel) => {
      curveChart(panel, false);
      curveChart(panel, true);
    });
    barChart();
    tradeOffChart();
    data.recoveries.forEach(recoveryChart);
    drawPlots({draw, theme, colour, dash, faded, font, outlined, labelRoom, tooltip, percent, endLabels});
    document.documentElement.dataset.charts = charts.length;
  }

  function press(buttons, pressed) {
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(pressed(button))));
  }

  function prepareControls() {
    document.querySelectorAll('.controls').forEach((controls) => controls.hidden = false);
    const chips = [...document.querySelectorAll('[data-method]')];
    chips.forEach((chip) => chip.addEventListener('click', () => {
      const method = Number(chip.dataset.method);
      if (!hidden.delete(method)) {
        hidden.add(method);
      }
      press(chips, (other) => !hidden.has(Number(other.dataset.method)));
      drawAll();
    }));
    const choices = [...document.querySelectorAll('[data-measure]')];
    choices.forEach((choice) => choice.addEventListener('click', () => {
      measure = choice.dataset.measure;
      press(choices, (other) => other.dataset.measure === measure);
      drawAll();
    }));
  }

  prepareControls();
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
})();
