//! What `(expression)` prints.

use super::{Chart, View};
use crate::bindings::app::domicile::app::ui::Node;

/// Something that a view can print, by reference. Implement it for your own types:
///
/// ```ignore
/// impl Render for Account {
///     fn render(&self, view: &mut View) {
///         view.append(view! { strong { (&self.label) } })
///     }
/// }
/// ```
///
/// Fractions are not among the printable: say how with [`Locale::number`](crate::Locale::number) or
/// [`Locale::money`](crate::Locale::money).
pub trait Render {
    /// Print at the end of `view`.
    fn render(&self, view: &mut View);
}

/// As [`Render`], for what is used up by printing: a part goes into a page without being copied.
pub trait RenderOnce {
    /// Print at the end of `view`.
    fn render(self, view: &mut View);
}

impl Render for str {
    fn render(&self, view: &mut View) {
        view.text(self);
    }
}

impl Render for String {
    fn render(&self, view: &mut View) {
        view.text(self.as_str());
    }
}

impl<T: Render + ?Sized> Render for &T {
    fn render(&self, view: &mut View) {
        T::render(self, view);
    }
}

impl<T: Render> Render for Option<T> {
    fn render(&self, view: &mut View) {
        if let Some(inside) = self {
            inside.render(view);
        }
    }
}

impl<T: Render> Render for [T] {
    fn render(&self, view: &mut View) {
        for inside in self {
            inside.render(view);
        }
    }
}

impl<T: Render> Render for Vec<T> {
    fn render(&self, view: &mut View) {
        self.as_slice().render(view);
    }
}

impl Render for View {
    fn render(&self, view: &mut View) {
        view.append(self.clone());
    }
}

impl RenderOnce for View {
    fn render(self, view: &mut View) {
        view.append(self);
    }
}

impl RenderOnce for Option<View> {
    fn render(self, view: &mut View) {
        if let Some(part) = self {
            view.append(part);
        }
    }
}

impl RenderOnce for Vec<View> {
    fn render(self, view: &mut View) {
        for part in self {
            view.append(part);
        }
    }
}

impl Render for Chart {
    fn render(&self, view: &mut View) {
        view.push(Node::Chart(self.as_node()));
    }
}

macro_rules! by_to_string {
    ($($kind:ty),*) => { $(
        impl Render for $kind {
            fn render(&self, view: &mut View) {
                view.text(self.to_string());
            }
        }
    )* };
}
by_to_string!(char, u8, u16, u32, u64, usize, i16, i32, i64);
