/** Search in the list of operations: every word has to be there. `/` goes to it; Enter opens the only one that is left. */
const search = document.getElementById('search');
const found = document.getElementById('found');
const tags = [...document.querySelectorAll('details.tag')];
const current = location.pathname.split('/')[3];
for (const tag of tags) tag.open = tag.dataset.tag === current && current !== 'schemas';

function filter() {
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
