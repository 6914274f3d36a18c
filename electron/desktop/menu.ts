import { Menu, type MenuItemConstructorOptions } from 'electron';

/** The menu of the app. The window's own keys are single letters, so nothing here takes one. */
export function setMenu(platform: NodeJS.Platform, withDeveloperTools: boolean): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(withDeveloperTools ? ([{ type: 'separator' }, { role: 'toggleDevTools' }] as const) : []),
  ];
  const template: MenuItemConstructorOptions[] = [
    // macOS keeps About and Quit in a menu of the app's name; elsewhere File holds Quit.
    platform === 'darwin' ? { role: 'appMenu' } : { role: 'fileMenu' },
    { role: 'editMenu' },
    { label: '&View', submenu: view },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
