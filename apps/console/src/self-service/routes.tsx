/** Addresses of the Self-Service Console. */
import { Suspense } from 'react';
import { createBrowserRouter, Outlet, useLocation, useNavigate } from 'react-router';
import { Link } from '../ui/link.tsx';
import { Loading } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Frame } from './frame.tsx';
import { Component as MyAuthenticators } from './my-authenticators.tsx';
import { Part } from './part.tsx';
import { useTexts } from './use-person.ts';

export function browserRouter() {
  return createBrowserRouter(
    [
      {
        path: '/',
        Component: Framed,
        HydrateFallback: Empty,
        ErrorBoundary: Failed,
        children: [
          { index: true, Component: MyAuthenticators },
          { path: 'tokens/:serial/activate', lazy: () => import('./activate/activate-page.tsx') },
          { path: 'move', lazy: () => import('./token/move-form.tsx') },
          { path: 'sessions', lazy: () => import('./account/sessions-page.tsx') },
          { path: 'mail', lazy: () => import('./account/mail-page.tsx') },
          { path: 'password', lazy: () => import('./account/password-form.tsx') },
          { path: '*', Component: NoSuchPage },
        ],
      },
    ],
    { basename: '/self-service' },
  );
}

function Framed() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (
    <Frame onGo={(to) => navigate(to)} onLeave={() => navigate('/', { replace: true })}>
      <Suspense fallback={<Loading />}>
        {/* A code that is shown for one token is not taken along to another. */}
        <Outlet key={pathname} />
      </Suspense>
    </Frame>
  );
}

function NoSuchPage() {
  const t = useTexts();
  return (
    <Part title={t('noPage')}>
      <p>
        <Link to="/">{t('toTokens')}</Link>
      </p>
    </Part>
  );
}

function Failed() {
  const t = useTexts();
  return (
    <Part title={t('failed')}>
      <div>
        <Button onClick={() => window.location.reload()}>{t('reload')}</Button>
      </div>
    </Part>
  );
}

/** While the first part loads. */
function Empty() {
  return null;
}
