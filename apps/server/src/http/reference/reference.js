/** Search in the list of operations: every word has to be there. `/` goes to it; Enter opens the only one that is left. */
const search = document.getElementById('search');
const found = document.getElementById('found');
const tags = [...document.querySelectorAll('details.tag')];
const all = document.querySelector('details.all');
const narrow = matchMedia('(max-width: 52rem)');
const current = location.pathname.split('/')[3];
for (const tag of tags) tag.open = tag.dataset.tag === current && current !== 'schemas';

/** On a phone the list would stand before what it leads to: it opens by its heading, and while something is searched for. */
function settle() {
  all.open = search.value !== '' || !narrow.matches;
}
settle();
narrow.addEventListener('change', settle);

function filter() {
  settle();
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const tag of tags) {
    let here = 0;
    for (const entry of tag.querySelectorAll('li')) {
      const text = `${entry.dataset.words ?? ''} ${entry.textContent.toLowerCase()}`;
      const fits = words.every((word) => text.includes(word));
      entry.hidden = !fits || (words.length > 0 && !entry.dataset.words);
      if (fits && entry.dataset.words) here += 1;
    }
    tag.hidden = words.length > 0 && here === 0;
    tag.open = words.length > 0 ? here > 0 : tag.dataset.tag === current && current !== 'schemas';
    count += here;
  }
  found.textContent = words.length === 0 ? '' : count === 1 ? '1 found' : `${count} found`;
}

search.hidden = false;
search.addEventListener('input', filter);
search.addEventListener('keydown', (event) => {
  const left = document.querySelectorAll('details.tag:not([hidden]) li[data-words]:not([hidden]) a');
  if (event.key === 'Enter' && search.value !== '' && left.length === 1) left[0].click();
  if (event.key === 'Escape') {
    search.value = '';
    filter();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.closest('input, textarea')) return;
  event.preventDefault();
  search.focus();
});
